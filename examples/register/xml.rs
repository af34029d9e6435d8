//! Names that more than one part of the example needs.

use minidom::rxml::NcName;

/// `<stream:stream>`, `<stream:features>` and `<stream:error>`.
pub const NS_STREAMS: &str = "http://etherx.jabber.org/streams";
/// Stanzas between a client and its server.
pub const NS_CLIENT: &str = "jabber:client";
/// STARTTLS (RFC 6120, section 5).
pub const NS_TLS: &str = "urn:ietf:params:xml:ns:xmpp-tls";
/// Logging in (RFC 6120, section 6).
pub const NS_SASL: &str = "urn:ietf:params:xml:ns:xmpp-sasl";
/// Resource binding (RFC 6120, section 7).
pub const NS_BIND: &str = "urn:ietf:params:xml:ns:xmpp-bind";
/// Conditions of stanza errors (RFC 6120, section 8.3).
pub const NS_STANZAS: &str = "urn:ietf:params:xml:ns:xmpp-stanzas";
/// In-band registration (XEP-0077).
pub const NS_REGISTER: &str = "jabber:iq:register";

/// The name of an attribute, as minidom wants it.
///
/// # Panics
///
/// If it is no XML name: for names that stand in the source only.
pub fn attr(name: &'static str) -> NcName {
    NcName::try_from(name).expect("attribute names in the source are XML names")
}
