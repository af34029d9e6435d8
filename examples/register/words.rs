//! Values on the command line of every program here that connects to a server.

use std::fmt;
use std::str::FromStr;

use jid::DomainPart;

/// Something that never shows up where arguments are printed for debugging.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// `NAME=VALUE`, at the first `=`: a name may hold `#`, `:` and `/`, a value anything.
    pub fn split(&self) -> Option<(&str, &str)> {
        self.0.split_once('=').filter(|(name, _)| !name.is_empty())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

/// A domain in the form in which servers know theirs: in lower case, no dot at its end.
pub fn domain(text: &str) -> Result<String, jid::Error> {
    let domain = DomainPart::new(text)?.to_string();
    let ascii = |domain: &str| idna::domain_to_ascii(domain.trim_end_matches('.')).ok();
    match ascii(text) {
        // jid goes by older rules, which make another domain of a few letters such as sharp s.
        Some(meant) if ascii(&domain).is_some_and(|it| it != meant) => Ok(meant),
        _ => Ok(domain),
    }
}

/// Where to connect to, as `HOST:PORT`.
pub fn address(text: &str) -> Result<String, String> {
    let parts = text
        .rsplit_once(':')
        .and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
    match parts {
        Some((host, port)) if !host.is_empty() && port > 0 => Ok(text.to_owned()),
        _ => Err("a host and a port are needed, as in localhost:5222 or [::1]:5222".to_owned()),
    }
}
