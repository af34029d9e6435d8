//! Build, parse, build again: URIs and errors are what they were.

use minidom::Element;
use xmpp_registration::service::{Answered, FormRequest, ServiceOutput};
use xmpp_registration::service::{Refusal, RegistrationService, ServiceConfig, ServiceEvent};
use xmpp_registration::{
    Channel, Condition, Config, ErrorType, Event, Failure, Handled, IdPrefix, Output, Peer,
    RegistrationMachine, StanzaError, Uri, UriAction, UriError,
};

use crate::bytes::Bytes;

const ACTIONS: [(UriAction, &str); 3] = [
    (UriAction::Register, "register"),
    (UriAction::Unregister, "unregister"),
    (UriAction::Roster, "roster"),
];

/// The longest URI that is read (`Uri::parse`).
const LONGEST: usize = 16 * 1024;

const ADDRESSES: [&str; 5] = [
    "example.com",
    "juliet@example.com",
    "d\\27artagnan@example.com",
    "j\u{fc}rgen@m\u{fc}ller.example",
    "tea@rooms.example.net/a b",
];

const CONDITIONS: [Condition; 22] = [
    Condition::BadRequest,
    Condition::Conflict,
    Condition::FeatureNotImplemented,
    Condition::Forbidden,
    Condition::Gone,
    Condition::InternalServerError,
    Condition::ItemNotFound,
    Condition::JidMalformed,
    Condition::NotAcceptable,
    Condition::NotAllowed,
    Condition::NotAuthorized,
    Condition::PolicyViolation,
    Condition::RecipientUnavailable,
    Condition::Redirect,
    Condition::RegistrationRequired,
    Condition::RemoteServerNotFound,
    Condition::RemoteServerTimeout,
    Condition::ResourceConstraint,
    Condition::ServiceUnavailable,
    Condition::SubscriptionRequired,
    Condition::UndefinedCondition,
    Condition::UnexpectedRequest,
];

const TYPES: [ErrorType; 5] = [
    ErrorType::Auth,
    ErrorType::Cancel,
    ErrorType::Continue,
    ErrorType::Modify,
    ErrorType::Wait,
];

/// A URI made of parts is read as these parts; and one that was read can be made again of what it says, whatever text
/// it came from. Gives the one that the text is, and the one that was made, unless it is too long.
pub fn uris_come_back(bytes: &[u8]) -> (Option<Uri>, Option<Uri>) {
    let read = Uri::parse(&String::from_utf8_lossy(bytes)).ok();
    read.iter().for_each(again);
    let mut bytes = Bytes::new(bytes);
    let (action, _) = ACTIONS[bytes.below(ACTIONS.len())];
    let address = ADDRESSES[bytes.below(ADDRESSES.len())];
    let ibr = bytes.below(2) == 1;
    let with_token = bytes.below(2) == 1;
    let token = text_of(&mut bytes);
    let token = with_token
        .then_some(token.as_str())
        .filter(|it| !it.is_empty());
    let written = write(action, address, token, ibr);
    let Some(uri) = parse(&written) else {
        return (read, None);
    };
    assert_eq!(uri.action(), action);
    assert_eq!(uri.address().as_str(), address);
    assert_eq!(uri.token(), token, "{written}");
    let allowed = match action {
        UriAction::Register => true,
        _ if action == UriAction::Unregister => false,
        _ => ibr && token.is_some(),
    };
    assert_eq!(uri.allows_registration(), allowed, "{written}");
    again(&uri);
    (read, Some(uri))
}

fn again(uri: &Uri) {
    let (action, address) = (uri.action(), uri.address().as_str());
    let written = write(action, address, uri.token(), uri.allows_registration());
    let Some(read) = parse(&written) else {
        return;
    };
    assert_eq!(read.action(), action);
    assert_eq!(read.address(), uri.address());
    assert_eq!(read.token(), uri.token());
    assert_eq!(read.allows_registration(), uri.allows_registration());
    assert_eq!(read.reserved_name(), uri.reserved_name());
}

/// What was written is read, unless percent-encoding made it longer than a URI may be.
fn parse(written: &str) -> Option<Uri> {
    match Uri::parse(written) {
        Ok(uri) => Some(uri),
        Err(error) => {
            let too_long = written.len() > LONGEST;
            assert!(too_long && error == UriError::TooLong, "{written}: {error}");
            None
        }
    }
}

fn write(action: UriAction, address: &str, token: Option<&str>, ibr: bool) -> String {
    let action = ACTIONS.iter().find(|(it, _)| *it == action);
    let (_, action) = action.expect("there are no other actions");
    let mut written = format!("xmpp:{}?{action}", encode(address, "@/"));
    if let Some(token) = token {
        written.push_str(";preauth=");
        written.push_str(&encode(token, ""));
    }
    if ibr {
        written.push_str(";ibr=y");
    }
    written
}

/// Everything but letters and digits, and what divides an address (RFC 5122 section 2.7.2).
fn encode(text: &str, but: &str) -> String {
    let encoded = text.bytes().map(|byte| {
        if byte.is_ascii_alphanumeric() || but.as_bytes().contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    encoded.collect()
}

/// A refusal that a service writes is read by a client as what it is; and one made of what the client has read is
/// written as the first one was. Gives what was read.
pub fn errors_come_back(bytes: &[u8]) -> StanzaError {
    let mut bytes = Bytes::new(bytes);
    let condition = CONDITIONS[bytes.below(CONDITIONS.len())];
    let kind = TYPES[bytes.below(TYPES.len())];
    let words = text_of(&mut bytes);
    let words = words.trim();
    let (stanza, error) = refused(refusal(condition, kind, words));
    assert_eq!(error.condition(), condition);
    assert_eq!(error.error_type(), kind);
    assert_eq!(error.text().unwrap_or_default(), words);
    let text = error.text().unwrap_or_default();
    let (again, _) = refused(refusal(error.condition(), error.error_type(), text));
    assert!(again == stanza, "{}", String::from(&again));
    error
}

fn refusal(condition: Condition, kind: ErrorType, words: &str) -> Refusal {
    let refusal = Refusal::new(condition).error_type(kind);
    if words.is_empty() {
        return refusal;
    }
    refusal.text(words).expect("it is legal")
}

/// A client asks for the form, and the service refuses.
fn refused(refusal: Refusal) -> (Element, StanzaError) {
    let peer = Peer::server("example.com").expect("a domain");
    let ids = IdPrefix::new("p").expect("a prefix");
    let mut client = RegistrationMachine::register(Config::new(peer, ids, Channel::Encrypted));
    let Some(Output::Send(get)) = client.poll_output() else {
        panic!("a request is sent");
    };
    let config = ServiceConfig::server("example.com").expect("a domain");
    let mut service = RegistrationService::new(config);
    assert_eq!(
        service.handle_stanza_before_login(1, &get),
        Handled::Consumed
    );
    let request = asked(&mut service);
    let answered = service.refuse(request, refusal).expect("its own request");
    assert_eq!(answered, Answered::Queued);
    let Some(ServiceOutput::Send { stanza, .. }) = service.poll_output() else {
        panic!("a refusal is sent");
    };
    let text = String::from(&stanza);
    let read: Element = text.parse().expect("what is sent can be read");
    assert!(read == stanza, "{text}");
    assert_eq!(client.handle_stanza(&read), Handled::Consumed);
    let error = match client.poll_output() {
        Some(Output::Event(
            Event::Refused { error, .. }
            | Event::Failed(Failure::Refused(error) | Failure::Unsupported(error)),
        )) => error,
        other => panic!("a refusal, not {other:?}"),
    };
    (stanza, error)
}

fn asked(service: &mut RegistrationService) -> FormRequest {
    match service.poll_output() {
        Some(ServiceOutput::Event(ServiceEvent::FormRequested(request))) => request,
        other => panic!("a request, not {other:?}"),
    }
}

/// What is left of the bytes, as a text that XML allows.
fn text_of(bytes: &mut Bytes) -> String {
    let mut rest = Vec::new();
    while !bytes.is_over() {
        rest.push(bytes.next());
    }
    let allowed = |c: &char| matches!(c, '\t' | '\n' | ' '..='\u{FFFD}' | '\u{10000}'..);
    let text = String::from_utf8_lossy(&rest);
    text.chars().filter(allowed).collect()
}
