//! The IQ envelope: how requests are wrapped, and which stanzas are replies to them.

use minidom::Element;
use minidom::rxml::Namespace;

use crate::config::{Config, IdPrefix, StreamNamespace};
use crate::event::{Handled, Ignored};
use crate::xml::name;

/// The `type` of an IQ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Get,
    Set,
    Result,
    Error,
    /// Absent, or none of the four.
    Unknown,
}

impl Kind {
    pub(crate) fn read(kind: Option<&str>) -> Self {
        match kind {
            Some("get") => Kind::Get,
            Some("set") => Kind::Set,
            Some("result") => Kind::Result,
            Some("error") => Kind::Error,
            _ => Kind::Unknown,
        }
    }
}

/// Wraps a payload, and addresses it (rule 2 of the crate).
pub(crate) fn request(
    config: &Config,
    serial: u32,
    kind: &'static str,
    payload: Element,
) -> Element {
    let id = config.ids.id(serial);
    let prototypes = config.peer.prototypes();
    let mut iq = prototypes.iq(config.namespace, kind, id, payload);
    if config.namespace.wants_from()
        && let Some(me) = config.peer.me()
    {
        iq.set_attr(Namespace::NONE, name("from"), me);
    }
    if let Some(lang) = &config.lang {
        iq.set_attr(Namespace::XML, name("lang"), &**lang);
    }
    iq
}

/// What matters of an IQ whose id is one of ours.
pub(crate) struct Head<'a> {
    pub serial: u32,
    pub from: Option<&'a str>,
    pub kind: Kind,
}

/// Reads the attributes of an IQ in any of the three namespaces; `None` for everything that is not under an id of ours.
pub(crate) fn head<'a>(stanza: &'a Element, ids: &IdPrefix) -> Option<Head<'a>> {
    if stanza.name() != "iq" {
        return None;
    }
    // Most IQs on a stream are not ours: nothing else of them is looked at. To ask for the empty namespace by its text
    // costs a sixth less than `attr`.
    let serial = ids.serial(stanza.attr_ns("", "id")?)?;
    if !StreamNamespace::URIS.iter().any(|uri| stanza.has_ns(*uri)) {
        return None;
    }
    Some(Head {
        serial,
        from: stanza.attr("from"),
        kind: Kind::read(stanza.attr("type")),
    })
}

/// What a stanza under an id of ours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    /// The reply that is waited for.
    Reply,
    /// The reply to the fetch that goes on beside it.
    Fetched,
    NotMine,
    Ignored(Ignored, Handled),
}

/// Which requests were handed out, by their serials.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    /// The last of all.
    pub last: u32,
    /// The last of the task itself, and whether its reply is waited for.
    pub main: u32,
    pub awaited: bool,
    /// The fetch whose reply is waited for.
    pub fetch: Option<u32>,
}

/// Rule 1 of the crate: a reply counts only with the id of the request that is out, type result or error, and an
/// allowed sender.
pub(crate) fn recognise(
    config: &Config,
    sent: Sent,
    serial: u32,
    from: Option<&str>,
    kind: Kind,
) -> Match {
    if serial > sent.last {
        // Nobody can know an id that was never handed out; it belongs to another machine with this prefix.
        return Match::NotMine;
    }
    let reason = match kind {
        Kind::Get | Kind::Set => Ignored::Reflected,
        Kind::Unknown => Ignored::UnknownType,
        Kind::Result | Kind::Error => {
            if !config.peer.may_answer(from) {
                Ignored::WrongSender
            } else if sent.fetch == Some(serial) {
                return Match::Fetched;
            } else if serial != sent.main {
                return Match::Ignored(Ignored::Late, Handled::Consumed);
            } else if !sent.awaited {
                return Match::Ignored(Ignored::Duplicate, Handled::Consumed);
            } else {
                return Match::Reply;
            }
        }
    };
    Match::Ignored(reason, Handled::NotMine)
}
