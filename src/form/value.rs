//! What a caller sets a field to.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroize;

/// The value of a field: a text, a yes or no, or several texts.
///
/// It is made by `into()` from a `&str`, a `String`, a `bool`, or a list of texts; it is wiped when dropped, and its
/// `Debug` shows nothing, since any value may be a secret.
///
/// ```
/// use xmpp_registration::Value;
///
/// let one: Value = "juliet".into();
/// let yes: Value = true.into();
/// let several: Value = ["news", "polls"].into();
/// assert_eq!(format!("{one:?} {yes:?} {several:?}"), "Value(..) Value(..) Value(..)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Value(pub(crate) Repr);

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Repr {
    One(String),
    Yes(bool),
    Several(Vec<String>),
}

impl Drop for Value {
    fn drop(&mut self) {
        match &mut self.0 {
            Repr::One(text) => text.zeroize(),
            Repr::Yes(_) => (),
            Repr::Several(texts) => texts.zeroize(),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value(..)")
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value(Repr::One(text.to_string()))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Value(Repr::One(text.clone()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value(Repr::One(text))
    }
}

impl From<Cow<'_, str>> for Value {
    fn from(text: Cow<'_, str>) -> Self {
        Value(Repr::One(text.into_owned()))
    }
}

impl From<&[String]> for Value {
    fn from(texts: &[String]) -> Self {
        texts.iter().collect()
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Value(Repr::Yes(yes))
    }
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        Value(Repr::Several(texts))
    }
}

impl From<&[&str]> for Value {
    fn from(texts: &[&str]) -> Self {
        texts.iter().copied().collect()
    }
}

impl From<Vec<&str>> for Value {
    fn from(texts: Vec<&str>) -> Self {
        texts.into_iter().collect()
    }
}

impl<const N: usize> From<[&str; N]> for Value {
    fn from(texts: [&str; N]) -> Self {
        texts.into_iter().collect()
    }
}

impl<T: Into<String>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        Value(Repr::Several(texts.into_iter().map(Into::into).collect()))
    }
}
