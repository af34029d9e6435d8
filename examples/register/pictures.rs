//! Pictures and sounds that belong to a form: saved where a person can open them, and shown where
//! the terminal can.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};
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

const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Where they are, until the program ends.
#[derive(Default)]
pub struct Pictures {
    folder: Option<TempDir>,
    saved: usize,
}

impl Pictures {
    /// Saves each medium of the form, and tells where: a line each.
    pub fn save(&mut self, form: &Form) -> Vec<String> {
        let save = |(field, medium)| self.save_one(field, medium);
        media(form).map(save).collect()
    }

    fn save_one(&mut self, field: Field<'_>, medium: Media<'_>) -> String {
        let told = match medium.bytes() {
            Ok(bytes) => match self.write(bytes, medium.mime_type()) {
                Ok(path) => path.display().to_string(),
                Err(error) => format!("cannot be saved: {error}"),
            },
            Err(MediaError::NotReceived) => "the server does not give it out".to_owned(),
            Err(error) => trouble(medium, error),
        };
        format!("{}: {told}", label(field))
    }

    fn write(&mut self, bytes: &[u8], mime_type: &str) -> io::Result<PathBuf> {
        let folder = match &mut self.folder {
            Some(folder) => folder,
            none => none.insert(private_folder()?),
        };
        self.saved += 1;
        let known = ENDINGS.iter().find(|(known, _)| is(mime_type, known));
        let ending = known.map_or("bin", |(_, ending)| *ending);
        let name = (self.saved.to_string(), format!(".{ending}"));
        // Unlike `fs::write` it makes a file that only its owner can read.
        let mut file = tempfile::Builder::new()
            .prefix(&name.0)
            .suffix(&name.1)
            .rand_bytes(0)
            .tempfile_in(folder.path())?;
        file.write_all(bytes)?;
        // It goes when the folder does.
        Ok(file.keep()?.1)
    }
}

/// A folder that nobody else can look into: by itself it would be as open as others are.
fn private_folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("register-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o700));
    }
    builder.tempdir()
}

/// What belongs to the form, where nobody is asked and so nothing needs to be seen: a line each.
pub fn describe(form: &Form) -> Vec<String> {
    let tell = |(field, medium): (Field<'_>, Media<'_>)| {
        let kind = one_line(medium.mime_type());
        let told = match medium.bytes() {
            Ok(bytes) => format!("{kind}, {} bytes", bytes.len()),
            Err(MediaError::NotReceived) => format!("{kind}, to be fetched"),
            Err(error) => trouble(medium, error),
        };
        format!("{}: {told}", label(field))
    };
    media(form).map(tell).collect()
}

fn media(form: &Form) -> impl Iterator<Item = (Field<'_>, Media<'_>)> {
    form.fields()
        .flat_map(|field| field.media().map(move |medium| (field, medium)))
}

/// Nothing is fetched from a URI that a server gives: whoever is there learns one's address.
fn trouble(medium: Media<'_>, error: MediaError) -> String {
    match error {
        MediaError::Elsewhere => format!("see {}", one_line(medium.uri())),
        other => other.to_string(),
    }
}

/// Whether it is this MIME type, with or without parameters.
fn is(mime_type: &str, known: &str) -> bool {
    let plain = mime_type.split(';').next().unwrap_or_default();
    plain.trim().eq_ignore_ascii_case(known)
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
    let media = media(form).map(|(_, medium)| medium);
    let pictures = media.filter(|medium| is(medium.mime_type(), "image/png"));
    let pictures = pictures.filter_map(|medium| medium.bytes().ok());
    // The type is the server's word for it. Other formats have had worse decoders.
    let pictures = pictures.filter(|bytes| bytes.starts_with(PNG_SIGNATURE));
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
