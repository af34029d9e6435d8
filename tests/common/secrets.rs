//! Secrets that are planted into conversations, and the search for them in everything that could be logged.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use minidom::Element;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Every planted secret begins so, and nothing else does.
const MARK: &str = "Pl4nted";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Password,
    NewPassword,
    OldPassword,
    Token,
    /// To a challenge.
    Answer,
    /// The server's `key`.
    Key,
    /// In another field of type `text-private`.
    Private,
    /// A password that the server itself has filled in.
    OnFile,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::Password,
        Kind::NewPassword,
        Kind::OldPassword,
        Kind::Token,
        Kind::Answer,
        Kind::Key,
        Kind::Private,
        Kind::OnFile,
    ];
}

/// A secret like no other, with letters that each way of writing spells in its own way.
pub fn plant(kind: Kind) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1000);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{MARK}{number}/{kind:?}+%\u{e9}\"\\ {number}")
}

/// How much was searched on this thread, and for what.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub conversations: usize,
    /// What was fed or handed out.
    pub steps: usize,
    /// Texts searched, each for every secret of its conversation.
    pub searches: usize,
    pub secrets: usize,
    /// How many times a secret of a kind went out in a stanza.
    pub sent: BTreeMap<Kind, usize>,
}

thread_local! {
    static TALLY: RefCell<Tally> = RefCell::default();
}

/// Fails unless so much was counted on this thread: hard numbers, so that nothing is skipped unseen. Of the searches
/// there must be at least so many.
#[track_caller]
pub fn assert_tally(wanted: Tally) {
    let tally = TALLY.take();
    assert!(tally.searches >= wanted.searches, "{tally:?}");
    let searches = tally.searches;
    assert_eq!(tally, Tally { searches, ..wanted });
}

struct Secret {
    /// `None`: it was not planted, but stands in a transcript.
    kind: Option<Kind>,
    text: String,
    spellings: Vec<String>,
}

/// What must not be seen.
#[derive(Default)]
pub struct Search(Vec<Secret>);

impl Search {
    /// A search for planted secrets: one conversation's.
    pub fn of(secrets: &[String]) -> Self {
        let mut search = Search::default();
        for secret in secrets {
            search.hide(secret);
        }
        search
    }

    pub fn hide(&mut self, secret: &str) {
        let named = |kind: &Kind| secret.contains(&format!("/{kind:?}+"));
        let planted = secret.starts_with(MARK);
        let kind = Kind::ALL.into_iter().find(named).filter(|_| planted);
        let text = secret.to_string();
        let spellings = if planted {
            spellings(secret)
        } else {
            vec![text.clone()]
        };
        self.0.push(Secret {
            kind,
            text,
            spellings,
        });
    }

    /// The planted ones, as they are.
    pub fn planted(&self) -> impl Iterator<Item = &str> {
        let planted = self.0.iter().filter(|it| it.kind.is_some());
        planted.map(|it| it.text.as_str())
    }

    /// Whether anything was planted, so that everything is worth looking at.
    pub fn is_deep(&self) -> bool {
        self.planted().next().is_some()
    }

    #[track_caller]
    pub fn text(&self, what: &str, shown: &str) {
        for secret in &self.0 {
            for spelling in &secret.spellings {
                assert!(!shown.contains(spelling), "{what} shows a secret: {shown}");
            }
        }
        TALLY.with_borrow_mut(|it| it.searches += self.planted().count());
    }

    #[track_caller]
    pub fn debug(&self, what: &str, value: &dyn Debug) {
        self.text(what, &format!("{value:?}"));
        if self.is_deep() {
            self.text(what, &format!("{value:#?}"));
        }
    }

    /// An error with all that it comes from.
    #[track_caller]
    pub fn error(&self, what: &str, error: &dyn Error) {
        let mut next = Some(error);
        while let Some(error) = next {
            self.debug(what, &error);
            self.text(what, &error.to_string());
            next = error.source();
        }
    }

    /// A stanza goes out: which secrets are in it?
    pub fn sent(&self, stanza: &Element) {
        TALLY.with_borrow_mut(|tally| {
            for secret in &self.0 {
                if let Some(kind) = secret.kind.filter(|_| holds(stanza, &secret.text)) {
                    *tally.sent.entry(kind).or_default() += 1;
                }
            }
        });
    }

    pub fn count_step(&self) {
        TALLY.with_borrow_mut(|it| it.steps += usize::from(self.is_deep()));
    }

    pub fn count_conversation(&self) {
        TALLY.with_borrow_mut(|it| {
            it.conversations += 1;
            it.secrets += self.planted().count();
        });
    }
}

fn holds(element: &Element, text: &str) -> bool {
    element.attrs().iter().any(|(_, value)| value == text)
        || element.text() == text
        || element.children().any(|child| holds(child, text))
}

/// As it is, in part, and as it would be written elsewhere.
fn spellings(secret: &str) -> Vec<String> {
    let start = secret.split('/').next().unwrap_or_default();
    let escaped = |quote: &str| secret.replace('"', quote);
    let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let debug = format!("{secret:?}");
    let bytes = format!("{:?}", secret.as_bytes());
    let mut hex = String::new();
    for byte in secret.bytes() {
        write!(hex, "{byte:02x}").expect("a text takes everything");
    }
    let mut all = vec![
        start.to_string(),
        secret.to_string(),
        secret.to_uppercase(),
        secret.to_lowercase(),
        secret.chars().rev().collect(),
        escaped("&quot;"),
        escaped("&#34;"),
        escaped("&#x22;"),
        percent.to_lowercase(),
        percent,
        debug.trim_matches('"').to_string(),
        secret.escape_default().to_string(),
        secret.escape_unicode().to_string(),
        bytes.trim_matches(['[', ']']).to_string(),
        hex.to_uppercase(),
        hex,
    ];
    for before in 0..3 {
        all.extend(base64_at(secret, before));
    }
    all
}

/// In Base64 behind so many other bytes: the digits that are the secret's alone.
fn base64_at(secret: &str, before: usize) -> [String; 2] {
    let bytes = [&vec![b' '; before][..], secret.as_bytes()].concat();
    let inner = |digits: String| {
        let from = [0, 2, 3][before];
        digits[from..digits.len() - 2].to_string()
    };
    [
        inner(STANDARD_NO_PAD.encode(&bytes)),
        inner(URL_SAFE_NO_PAD.encode(&bytes)),
    ]
}
