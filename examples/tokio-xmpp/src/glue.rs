//! What stands between tokio-xmpp and the machine.
//!
//! | tokio-xmpp | the machine |
//! |---|---|
//! | `Stanza` | `Element::from`: both have the same minidom |
//! | `Element` | sent as it is: `stream.send(&element)` |
//! | `StreamFeatures` | [`features`] |
//! | a stanza that its parser refuses | [`handle_unparsable`] |
//! | `ReceivedStreamError` | `Element::from` its inside |
//!
//! What gets lost on the way is little: the legacy `code` of an error, which tokio-xmpp does not keep, and all but the header
//! of what it refuses, so that a refusal of an unknown condition comes without its text.
//!
//! What it does not bring is a bound: tokio-xmpp reads elements of any depth and size, and offers no place to count them.

use tokio_xmpp::Stanza;
use tokio_xmpp::parsers::{ns, stream_features::StreamFeatures};
use tokio_xmpp::xmlstream::{
    FallibleStreamElement, RawStanzaHeader, ReadError, StreamElementError, XmppStreamElement,
};
use xmpp_registration::minidom::Element;
use xmpp_registration::{Features, Handled, RegistrationMachine};

/// What came from the stream, as far as a machine is concerned.
pub enum Came {
    /// Whatever stanza it is.
    Stanza(Element),
    /// An IQ of which nothing but its attributes is known.
    Unparsable(RawStanzaHeader),
    /// `<stream:error/>`.
    StreamError(Element),
    /// Nothing that a machine has to know.
    Nothing,
    /// No more.
    End,
}

/// Sorts what `stream.next()` gives.
pub fn came(item: Option<Result<FallibleStreamElement, ReadError>>) -> Came {
    match item {
        Some(Ok(FallibleStreamElement::Ok(element))) => parsed(element),
        Some(Ok(FallibleStreamElement::Err(error))) => refused(error),
        // The soft timeout is for clients that want to see whether the server is still there; the reply that is awaited
        // has a deadline of its own. What is no stanza and cannot be parsed concerns no machine.
        Some(Err(ReadError::SoftTimeout | ReadError::ParseError(_))) => Came::Nothing,
        // So ends a stream on which tokio-xmpp reads an element that it does not know at all.
        Some(Err(ReadError::HardError(_) | ReadError::StreamFooterReceived)) | None => Came::End,
    }
}

fn parsed(element: XmppStreamElement) -> Came {
    match element {
        XmppStreamElement::Stanza(Stanza::Iq(iq)) => Came::Stanza(iq.into()),
        XmppStreamElement::Stanza(Stanza::Message(message)) => Came::Stanza(message.into()),
        XmppStreamElement::Stanza(Stanza::Presence(presence)) => Came::Stanza(presence.into()),
        XmppStreamElement::StreamError(error) => Came::StreamError(error.0.into()),
        _ => Came::Nothing,
    }
}

/// Its parser wants an error to have a type and a condition that it knows. Servers send errors that have neither.
fn refused(error: StreamElementError) -> Came {
    match error {
        StreamElementError::InvalidStanza { name, header, .. } if name.to_ncname() == "iq" => {
            Came::Unparsable(header)
        }
        StreamElementError::InvalidNonza { qname, .. }
            if qname.0 == ns::STREAM && qname.1 == "error" =>
        {
            // Why is lost, that it ended is not.
            Came::StreamError(Element::bare("error", ns::STREAM))
        }
        _ => Came::Nothing,
    }
}

/// Tells the machine of an IQ that could not be parsed: otherwise it would wait for a reply that has come.
pub fn handle_unparsable(machine: &mut RegistrationMachine, iq: &RawStanzaHeader) -> Handled {
    let id = iq.id.as_deref().unwrap_or_default();
    machine.handle_malformed_iq(id, iq.from.as_deref(), iq.type_.as_deref())
}

/// What the server advertises about registration. tokio-xmpp knows one half of it; the other, that tokens are taken, is
/// among what it keeps as elements.
pub fn features(features: &StreamFeatures) -> Features {
    Features::of(&features.clone().into())
}
