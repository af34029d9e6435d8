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
/// let collected: Value = "news polls".split(' ').collect();
/// assert_eq!(several, collected);
/// assert_eq!(format!("{one:?} {yes:?} {several:?}"), "Value(..) Value(..) Value(..)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Value(pub(crate) Repr);

#[derive(Clone)]
pub(crate) enum Repr {
    /// Most texts are short, and a form copies what it takes: an allocation for them would be the only one of a `set`.
    Short(Short),
    Long(String),
    Yes(bool),
    Several(Vec<String>),
}

impl Repr {
    fn of(text: &str) -> Self {
        Short::of(text).map_or_else(|| Repr::Long(text.to_string()), Repr::Short)
    }

    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Repr::Short(short) => Some(short.as_str()),
            Repr::Long(text) => Some(text),
            Repr::Yes(_) | Repr::Several(_) => None,
        }
    }
}

impl PartialEq for Repr {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Repr::Yes(a), Repr::Yes(b)) => a == b,
            (Repr::Several(a), Repr::Several(b)) => a == b,
            _ => self.text().is_some() && self.text() == other.text(),
        }
    }
}

impl Eq for Repr {}

/// A text in its place.
#[derive(Clone)]
pub(crate) struct Short {
    length: u8,
    bytes: [u8; Short::MOST],
}

impl Short {
    const MOST: usize = 30;

    fn of(text: &str) -> Option<Self> {
        let mut bytes = [0; Short::MOST];
        bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        let length = u8::try_from(text.len()).ok()?;
        Some(Short { length, bytes })
    }

    fn as_str(&self) -> &str {
        let bytes = &self.bytes[..usize::from(self.length)];
        core::str::from_utf8(bytes).expect("it was copied from a whole text")
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        match &mut self.0 {
            Repr::Short(short) => short.bytes.zeroize(),
            Repr::Long(text) => text.zeroize(),
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
        Value(Repr::of(text))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Value(Repr::of(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value(Repr::Long(text))
    }
}

impl From<Cow<'_, str>> for Value {
    fn from(text: Cow<'_, str>) -> Self {
        match text {
            Cow::Borrowed(text) => text.into(),
            Cow::Owned(text) => text.into(),
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::vec;

    /// Wherever a text is kept, it is the same value.
    #[test]
    fn texts_are_equal_by_what_they_say() {
        for length in [0, 1, Short::MOST, Short::MOST + 1, 1000] {
            let text = "\u{e4}".repeat(length / 2) + &"a".repeat(length % 2);
            let value = Value::from(&*text);
            assert_eq!(value.0.text(), Some(&*text));
            assert_eq!(matches!(value.0, Repr::Short(_)), length <= Short::MOST);
            for other in [
                Value::from(text.clone()),
                Value::from(&text),
                Value::from(Cow::from(&*text)),
                Value::from(Cow::from(text.clone())),
                value.clone(),
            ] {
                assert!(other == value);
            }
            assert!(value != Value::from(format!("{text}b")));
            assert!(value != Value::from([&*text]));
        }
    }

    #[test]
    fn other_values_are_equal_to_their_like() {
        assert!(Value::from(true) == Value::from(true));
        assert!(Value::from(true) != Value::from(false));
        assert!(Value::from(true) != Value::from("true"));
        assert!(Value::from(["a", "b"]) == Value::from(vec!["a", "b"]));
        assert!(Value::from(["a", "b"]) != Value::from(["a"]));
        assert!(Value::from(true).0.text().is_none());
    }
}
