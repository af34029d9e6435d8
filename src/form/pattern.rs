//! The regular expressions of XEP-0122: POSIX's extended ones, checked where another engine reads them alike.

/// A pattern that was understood.
#[cfg(feature = "regex")]
pub(super) struct Pattern {
    regex: regex::Regex,
    /// It has a class such as `[:alpha:]`, in which the engine has ASCII only.
    classes: bool,
}

/// Without the feature, every pattern is left to the server.
#[cfg(not(feature = "regex"))]
pub(super) enum Pattern {}

#[cfg(feature = "regex")]
impl Pattern {
    /// `None` for a pattern that cannot be understood or bounded, or that POSIX reads in another way: it is left to the
    /// server, since a user must not be kept from sending what the server would take.
    pub fn new(pattern: &str) -> Option<Self> {
        // Matching is linear in the value whatever the pattern. What a pattern makes of itself is bounded by the second
        // limit, but only after it was parsed, which takes some kilobytes a byte: so a long one is not even parsed.
        const LONGEST: usize = 512;
        const COMPILED: usize = 1 << 18;
        if pattern.len() > LONGEST || !is_read_alike(pattern) {
            return None;
        }
        regex::RegexBuilder::new(pattern)
            .dot_matches_new_line(true)
            .size_limit(COMPILED)
            .dfa_size_limit(COMPILED)
            .nest_limit(64)
            .build()
            .ok()
            .map(|regex| Pattern {
                regex,
                classes: pattern.contains("[:"),
            })
    }

    /// Whether the pattern matches somewhere, as POSIX has it; a server that anchors it refuses the rest itself.
    pub fn matches(&self, value: &str) -> bool {
        // Whether a letter beyond ASCII is in a class is the server's to say (XEP-0122 wants its Unicode known).
        (self.classes && !value.is_ascii()) || self.regex.is_match(value)
    }
}

#[cfg(not(feature = "regex"))]
impl Pattern {
    pub fn new(_: &str) -> Option<Self> {
        None
    }

    pub fn matches(&self, _: &str) -> bool {
        match *self {}
    }
}

/// The classes that POSIX knows; the engine knows more.
#[cfg(any(feature = "regex", test))]
const CLASSES: [&str; 12] = [
    "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "xdigit",
];

/// Whether POSIX and the engine mean the same by a pattern. They differ within brackets, where POSIX knows no escapes,
/// no sets within sets and no operators, where a letter is escaped, and where a question mark follows a quantifier or a
/// parenthesis.
#[cfg(any(feature = "regex", test))]
fn is_read_alike(pattern: &str) -> bool {
    let mut rest = pattern;
    while let Some(at) = rest.find(['\\', '[', '(', '*', '+', '?', '}']) {
        let (found, behind) = rest[at..].split_at(1);
        rest = match found {
            // Before these it means something to the engine, and nothing to POSIX.
            "\\" => {
                let mut chars = behind.chars();
                if chars
                    .next()
                    .is_some_and(|c| c.is_alphanumeric() || "<>".contains(c))
                {
                    return false;
                }
                chars.as_str()
            }
            "[" => match skip_bracket(behind) {
                Some(behind) => behind,
                None => return false,
            },
            _ if behind.starts_with('?') => return false,
            _ => behind,
        };
    }
    true
}

/// What comes behind a bracket expression; `None` if it has no end, or is one to be wary of.
#[cfg(any(feature = "regex", test))]
fn skip_bracket(inside: &str) -> Option<&str> {
    let inside = inside.strip_prefix('^').unwrap_or(inside);
    // A closing bracket that comes first stands for itself.
    let mut rest = inside.strip_prefix(']').unwrap_or(inside);
    loop {
        let at = rest.find([']', '[', '\\', '&', '-', '~'])?;
        let (found, behind) = rest[at..].split_at(1);
        rest = match found {
            "]" => return Some(behind),
            "[" => {
                let (class, behind) = behind.strip_prefix(':')?.split_once(":]")?;
                if !CLASSES.contains(&class) {
                    return None;
                }
                behind
            }
            "\\" => return None,
            _ if behind.starts_with(found) => return None,
            _ => behind,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::is_read_alike;

    #[test]
    fn only_what_both_read_alike_is_checked() {
        for pattern in [
            "",
            "^[0-9]{3}-[a-z]+$",
            "[^]a]",
            "[]a-]x?",
            "[[:alpha:]_-]*",
            r"\[a\?",
            "(a|b)+c",
            "é[é]é",
        ] {
            assert!(is_read_alike(pattern), "{pattern}");
        }
        for pattern in [
            "[a-c&&b]",
            "[[a]]",
            r"[\.a]",
            "[a--b]",
            "[a~~b]",
            "[[.a.]]",
            "[[=a=]]",
            "[a",
            "[]",
            "[[:alpha",
            "[[:foo:]]",
            "[[:word:]]",
            "[[:^alpha:]]",
            r"^\W+$",
            r"\d",
            r"(a)\1",
            r"\u{e9}",
            r"a\é",
            r"\<a\>",
            "(?i)a",
            "(?:a)b",
            "a+?",
            "a*?b",
            "a??",
            "a{2}?",
            "[a][b&&c]",
        ] {
            assert!(!is_read_alike(pattern), "{pattern}");
        }
    }
}
