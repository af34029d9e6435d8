//! Comparing addresses as addresses: what jid leaves undone.

use alloc::string::String;
use core::net::Ipv6Addr;

use jid::{DomainPart, Jid};

/// A JID has at most 3 parts of 1,023 bytes; preparing may shorten a text, by less than a factor of 4.
pub(crate) const LONGEST: usize = 12 * 1024;

/// The text, unless no JID or part of one is that long: then it is not even looked at.
pub(crate) fn of_length(text: &str) -> Option<&str> {
    (text.len() <= LONGEST).then_some(text)
}

/// An address that came as a text, with the domain that it names: where jid makes another one of it (see
/// [`prepare_domain`]), in ASCII.
pub(crate) fn parse(from: &str) -> Option<Jid> {
    let jid = as_jid(from)?;
    let end = from.find('/').unwrap_or(from.len());
    let start = from[..end].find('@').map_or(0, |at| at + 1);
    let domain = &from[start..end];
    if domain.is_ascii() {
        return Some(jid);
    }
    let domain = prepare_domain(domain.strip_suffix('.').unwrap_or(domain)).ok()?;
    if *domain == *jid.domain() {
        return Some(jid);
    }
    Jid::new(&alloc::format!(
        "{}{domain}{}",
        &from[..start],
        &from[end..]
    ))
    .ok()
}

/// What such an address may mean next to one that the application made by jid, which has lost those letters then.
pub(crate) fn readings(from: &str) -> impl Iterator<Item = Jid> {
    let by_jid = if from.is_ascii() { None } else { as_jid(from) };
    parse(from).into_iter().chain(by_jid)
}

/// An address, if it is a JID, as jid reads it.
fn as_jid(from: &str) -> Option<Jid> {
    let from = of_length(from)?;
    let end = from.find('/').unwrap_or(from.len());
    if from[..end].ends_with("..") {
        // Only one dot is the root's, and jid takes one away by itself.
        return None;
    }
    unrooted(from).or_else(|| Jid::new(from).ok())
}

/// A JID whose domain has the root's dot, without it; `None` for others. jid 0.12 keeps the dot of some domains, and then
/// reads the resource from the wrong place.
pub(crate) fn unrooted(jid: &str) -> Option<Jid> {
    let end = jid.find('/').unwrap_or(jid.len());
    let before = jid[..end].strip_suffix('.')?;
    Jid::new(&alloc::format!("{before}{}", &jid[end..])).ok()
}

/// Whether it is a domain alone, and this one.
pub(crate) fn is_domain(jid: &Jid, ascii: &str) -> bool {
    jid.node().is_none() && jid.resource().is_none() && ascii_domain(jid.domain().as_str()) == ascii
}

/// The domain as jid prepares it, unless that makes another domain of it: jid goes by the older rules (IDNA2003), which
/// differ for a few letters such as sharp s. Then it is the domain in ASCII, which nobody prepares any further.
pub(crate) fn prepare_domain(domain: &str) -> Result<DomainPart, jid::Error> {
    let prepared = DomainPart::new(domain)?;
    let ascii = ascii_domain(domain);
    if ascii_domain(prepared.as_str()) == ascii {
        return Ok(prepared.into_owned());
    }
    Ok(DomainPart::new(&ascii)?.into_owned())
}

/// A domain to compare by: after `ToASCII` and without the root's dot. jid does neither for all of them.
pub(crate) fn ascii_domain(domain: &str) -> String {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let literal = domain.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    if let Some(Ok(address)) = literal.map(str::parse::<Ipv6Addr>) {
        // One address has many spellings.
        return alloc::format!("[{address}]");
    }
    idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_a_jid_of_some_length() {
        let with_resource = |length: usize| alloc::format!("a@b.example/{}", "r".repeat(length));
        assert!(parse(&with_resource(1_023)).is_some());
        assert!(parse(&with_resource(1_024)).is_none());
        let part = "r".repeat(1_023);
        assert!(parse(&alloc::format!("{part}@b.example/{part}")).is_some());
        let long = "r".repeat(LONGEST);
        assert_eq!(of_length(&long), Some(&*long));
        assert_eq!(of_length(&(long + "r")), None);
        for none in ["", "@", "a@", "a@b.example..", "b.example../r", "a b"] {
            assert!(parse(none).is_none(), "{none:?}");
        }
    }

    /// IDNA2008 has sharp s and three more; in IDNA2003 they are other letters, or none.
    #[test]
    fn an_address_keeps_its_domain() {
        for (text, domain, by_jid) in [
            (
                "a@stra\u{df}e.example/R\u{df}",
                "xn--strae-oqa.example",
                "strasse.example",
            ),
            (
                "stra\u{df}e.example.",
                "xn--strae-oqa.example",
                "strasse.example",
            ),
            (
                "a@b.\u{3c2}.example",
                "b.xn--3xa.example",
                "b.\u{3c3}.example",
            ),
            (
                "a@b\u{fc}cher.example/r",
                "b\u{fc}cher.example",
                "b\u{fc}cher.example",
            ),
            ("A\u{df}@b.example", "b.example", "b.example"),
        ] {
            let read = parse(text).unwrap();
            let other = as_jid(text).unwrap();
            assert_eq!(read.domain().as_str(), domain, "{text}");
            assert_eq!(other.domain().as_str(), by_jid, "{text}");
            assert_eq!(
                (read.node(), read.resource()),
                (other.node(), other.resource())
            );
        }
    }

    #[test]
    fn the_roots_dot_is_taken_away_once() {
        let plain = |jid: &str| unrooted(jid).map(|it| it.as_str().into());
        assert_eq!(plain("a@b.example./r"), Some(String::from("a@b.example/r")));
        assert_eq!(plain("b.example."), Some(String::from("b.example")));
        assert_eq!(plain("b.example/r."), None, "the dot is the resource's");
        assert_eq!(plain("."), None);
    }

    /// What has no ASCII form is compared as it is, but for case.
    #[test]
    fn a_domain_without_an_ascii_form() {
        assert!(idna::domain_to_ascii("xn--0.Example").is_err());
        assert_eq!(ascii_domain("xn--0.Example."), "xn--0.example");
        assert_eq!(ascii_domain("[::1"), "[::1");
    }

    #[test]
    fn a_domain_alone_is_no_account_and_no_resource() {
        let is = |jid: &str| is_domain(&Jid::new(jid).unwrap(), "b.example");
        assert!(is("b.example") && is("B.example"));
        assert!(!is("a@b.example") && !is("b.example/r") && !is("c.example"));
    }
}
