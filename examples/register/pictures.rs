//! Pictures and sounds that belong to a form: saved where a person can open them, and shown where
//! the terminal can.

use std::env;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tempfile::TempDir;
use xmpp_registration::{Field, Form, Media, MediaError};

use crate::show::{label, one_line};

/// Endings for what is known not to be run when it is opened; everything else is `bin`.
const ENDINGS: [(&str, &str); 9] = [
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("audio/x-wav", "wav"),
    ("audio/wav", "wav"),
    ("audio/ogg", "ogg"),
    ("audio/mpeg", "mp3"),
    ("video/mp4", "mp4"),
];

/// Where they are, until the program ends.
#[derive(Default)]
pub struct Pictures {
    folder: Option<TempDir>,
    saved: usize,
}

impl Pictures {
    /// Saves each medium of the form, and tells where: a line each.
    pub fn save(&mut self, form: &Form) -> Vec<String> {
        let media = form
            .fields()
            .flat_map(|field| field.media().map(move |it| (field, it)));
        media
            .map(|(field, medium)| self.save_one(field, medium))
            .collect()
    }

    fn save_one(&mut self, field: Field<'_>, medium: Media<'_>) -> String {
        let label = label(field);
        match medium.bytes() {
            Ok(bytes) => match self.write(bytes, medium.mime_type()) {
                Ok(path) => format!("{label}: {}", path.display()),
                Err(error) => format!("{label}: cannot be saved: {error}"),
            },
            Err(MediaError::Elsewhere) => format!("{label}: see {}", one_line(medium.uri())),
            Err(error) => format!("{label}: {error}"),
        }
    }

    fn write(&mut self, bytes: &[u8], mime_type: &str) -> io::Result<PathBuf> {
        let folder = match &mut self.folder {
            Some(folder) => folder,
            // A folder that nobody else can look into.
            none => none.insert(tempfile::Builder::new().prefix("register-").tempdir()?),
        };
        self.saved += 1;
        let plain = mime_type.split(';').next().unwrap_or_default().trim();
        let known = ENDINGS
            .iter()
            .find(|(it, _)| it.eq_ignore_ascii_case(plain));
        let ending = known.map_or("bin", |(_, ending)| *ending);
        let path = folder.path().join(format!("{}.{ending}", self.saved));
        fs::write(&path, bytes)?;
        Ok(path)
    }
}

/// The form's pictures as the terminal's own escape sequences; empty where it knows none. They
/// hold nothing of the server's but Base64.
pub fn inline(form: &Form) -> String {
    let protocol = match () {
        () if !io::stderr().is_terminal() => return String::new(),
        () if variable("TERM").contains("kitty") => kitty,
        () if ["iTerm.app", "WezTerm"].contains(&&*variable("TERM_PROGRAM")) => iterm,
        () => return String::new(),
    };
    let media = form.fields().flat_map(Field::media);
    let pictures = media.filter(|medium| medium.mime_type() == "image/png");
    let pictures = pictures.filter_map(|medium| medium.bytes().ok());
    pictures
        .map(|bytes| protocol(&BASE64.encode(bytes)))
        .collect()
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// kitty's graphics protocol: pieces of at most 4096 bytes.
fn kitty(base64: &str) -> String {
    let mut out = String::new();
    let mut rest = base64;
    let mut first = "a=T,f=100,";
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.len().min(4096));
        let more = u8::from(!after.is_empty());
        out += &format!("\x1b_G{first}m={more};{piece}\x1b\\");
        (rest, first) = (after, "");
    }
    out + "\n"
}

/// iTerm2's inline images.
fn iterm(base64: &str) -> String {
    format!("\x1b]1337;File=inline=1:{base64}\x07\n")
}
