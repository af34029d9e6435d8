//! Recorded conversations with real servers, read and put in order: which line answers which request.
//!
//! A file has `C: ` and `S: ` lines, one complete top-level element each, and `# ` remarks; `CA: `, `SB: ` and so on
//! where two clients took turns.

#![allow(dead_code, reason = "each test crate uses its own part of this")]

pub mod each;
pub mod expect;
pub mod faults;
pub mod stage;
pub mod untold;
pub mod whole;

use std::fs;
use std::path::{Path, PathBuf};

use minidom::Element;

use crate::common::xml;
use stage::Request;

/// What one line of a recording means.
pub enum What {
    Request(Request),
    /// An IQ under the id of a request of the same session, which is given by its index among the steps.
    Reply {
        request: usize,
        stanza: Element,
    },
    /// Another stanza: a presence, a message, an IQ under somebody else's id.
    Stray(Element),
    StreamError(Element),
    Features(Element),
    /// The connection is gone.
    Gone,
    /// No answer came for so long that a caller would give up.
    Silence,
}

pub struct Step {
    /// The line's number in its file.
    pub line: usize,
    /// Which connection it belongs to.
    pub session: usize,
    pub what: What,
    /// The line without its label.
    pub raw: String,
}

pub struct Recording {
    /// Such as `prosody-plain/conflict.txt`.
    pub name: String,
    pub steps: Vec<Step>,
    /// Every password, token and CAPTCHA answer in it.
    pub secrets: Vec<String>,
}

/// Names the file and the line if a test fails there.
pub struct At<'r>(pub &'r str, pub usize);

impl Drop for At<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("at tests/recordings/{}:{}", self.0, self.1);
        }
    }
}

/// All of them, in the order of their names.
pub fn all() -> Vec<Recording> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let mut files: Vec<PathBuf> = Vec::new();
    for scenario in entries(&root).into_iter().filter(|path| path.is_dir()) {
        files.extend(entries(&scenario));
    }
    files.iter().map(|file| read(&root, file)).collect()
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory of the repository");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
}

fn read(root: &Path, file: &Path) -> Recording {
    let name = file.strip_prefix(root).expect("a file below the root");
    let mut reader = Reader::default();
    let text = fs::read_to_string(file).expect("a recording in UTF-8");
    for (line, text) in (1..).zip(text.split('\n')) {
        reader.line(line, text);
    }
    Recording {
        name: name.to_string_lossy().replace('\\', "/"),
        steps: reader.steps,
        secrets: reader.secrets,
    }
}

/// One connection while it is read.
struct Session {
    /// `'A'` or `'B'`, or `' '` where there is only one client at a time.
    label: char,
    me: Option<String>,
    closed: bool,
    /// The requests by their ids, and their steps.
    requests: Vec<(Option<String>, usize)>,
}

#[derive(Default)]
struct Reader {
    sessions: Vec<Session>,
    steps: Vec<Step>,
    secrets: Vec<String>,
}

impl Reader {
    fn line(&mut self, line: usize, text: &str) {
        if let Some(remark) = text.strip_prefix("# ") {
            self.remark(line, remark);
        } else if let Some((head, raw)) = text.split_once(": ") {
            let label = head.chars().nth(1).unwrap_or(' ');
            match head.chars().next() {
                Some('C') => self.client(line, label, raw),
                Some('S') => self.server(line, label, raw),
                _ => panic!("line {line} is no line of a recording: {text}"),
            }
        } else {
            assert!(text.is_empty(), "line {line} has no label: {text}");
        }
    }

    fn remark(&mut self, line: usize, remark: &str) {
        let (label, remark) = match remark.split_once(": ") {
            Some((label @ ("A" | "B"), rest)) => (label.chars().next().unwrap_or(' '), rest),
            _ => (' ', remark),
        };
        if let Some(rest) = remark.strip_prefix("connection ")
            && rest.starts_with(|c: char| c.is_ascii_digit())
        {
            self.sessions.push(Session {
                label: rest.chars().nth(3).unwrap_or(' '),
                me: None,
                closed: false,
                requests: Vec::new(),
            });
        } else if remark.starts_with("no answer within") {
            self.push(line, label, What::Silence, remark);
        } else if remark.starts_with("the server closed") || remark.starts_with("connection reset")
        {
            self.push(line, label, What::Gone, remark);
            self.close(label);
        } else if remark.starts_with("the client drops the connection") {
            self.close(label);
        }
    }

    fn client(&mut self, line: usize, label: char, raw: &str) {
        if !raw.starts_with("<iq") {
            return;
        }
        let stanza = xml::parse(raw);
        stage::secrets_of(&stanza, &mut self.secrets);
        let index = self.session(label);
        let request = Request::read(&stanza, self.sessions[index].me.as_deref());
        if let Some(request) = request {
            let step = self.steps.len();
            self.sessions[index]
                .requests
                .push((request.id.clone(), step));
            self.push(line, label, What::Request(request), raw);
        }
    }

    fn server(&mut self, line: usize, label: char, raw: &str) {
        let index = self.session(label);
        if raw == "</stream:stream>" {
            self.close(label);
        }
        // The stream's header is no element, and the rest is for SASL and STARTTLS.
        let others = [
            "<?xml",
            "</",
            "<success",
            "<failure",
            "<proceed",
            "<challenge",
        ];
        if others.iter().any(|start| raw.starts_with(start)) {
            return;
        }
        let stanza = xml::parse(raw);
        if let Some((_, after)) = raw.split_once("<jid>") {
            self.sessions[index].me = after.split('<').next().map(str::to_string);
        }
        let what = if stanza.is("features", xml::NS_STREAM) {
            What::Features(stanza)
        } else if stanza.is("error", xml::NS_STREAM) {
            What::StreamError(stanza)
        } else {
            let id = stanza.attr("id");
            let mut requests = self.sessions[index].requests.iter().rev();
            match requests.find(|(of, _)| stanza.name() == "iq" && of.as_deref() == id) {
                Some(&(_, request)) => What::Reply { request, stanza },
                None => What::Stray(stanza),
            }
        };
        self.push(line, label, what, raw);
    }

    fn close(&mut self, label: char) {
        let index = self.session(label);
        self.sessions[index].closed = true;
    }

    fn push(&mut self, line: usize, label: char, what: What, raw: &str) {
        let session = self.session(label);
        let raw = raw.to_string();
        self.steps.push(Step {
            line,
            session,
            what,
            raw,
        });
    }

    /// The session in which this client speaks: the newest that is open. In one recording a second client comes and
    /// goes while the first waits.
    fn session(&self, label: char) -> usize {
        let of_label = |session: &Session| session.label == label;
        let open = |session: &Session| of_label(session) && !session.closed;
        let newest = self.sessions.iter().rposition(open);
        newest
            .or_else(|| self.sessions.iter().rposition(of_label))
            .expect("a connection was announced")
    }
}
