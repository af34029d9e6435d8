use super::*;
use alloc::format;
use alloc::string::String;

fn read(inner: &str, lang: Option<&str>) -> StanzaError {
    let iq: Element = format!("<iq xmlns='jabber:client' type='error' id='a'>{inner}</iq>")
        .parse()
        .unwrap();
    StanzaError::read(&iq, Step::Submit, lang, 10_000).unwrap()
}

fn stanza(name: &str) -> String {
    format!("<{name} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>")
}

#[test]
fn every_condition_is_read_and_has_its_default_type() {
    for (condition, name, kind, code) in Condition::ALL {
        let error = read(&format!("<error>{}</error>", stanza(name)), None);
        assert_eq!((error.condition(), error.error_type()), (*condition, *kind));
        assert_eq!((condition.name(), condition.legacy_code()), (*name, *code));
    }
    assert_eq!(Condition::ALL.len(), 23);
}

/// XEP-0086 section 3, row by row.
#[test]
fn a_bare_legacy_code_has_a_meaning() {
    use Condition as C;
    use ErrorType as T;
    let rows = [
        (302, C::Redirect, T::Modify),
        (400, C::BadRequest, T::Modify),
        (401, C::NotAuthorized, T::Auth),
        (402, C::PaymentRequired, T::Auth),
        (403, C::Forbidden, T::Auth),
        (404, C::ItemNotFound, T::Cancel),
        (405, C::NotAllowed, T::Cancel),
        (406, C::NotAcceptable, T::Modify),
        (407, C::RegistrationRequired, T::Auth),
        (408, C::RemoteServerTimeout, T::Wait),
        (409, C::Conflict, T::Cancel),
        (500, C::InternalServerError, T::Wait),
        (501, C::FeatureNotImplemented, T::Cancel),
        (502, C::ServiceUnavailable, T::Wait),
        (503, C::ServiceUnavailable, T::Cancel),
        (504, C::RemoteServerTimeout, T::Wait),
        (510, C::ServiceUnavailable, T::Cancel),
    ];
    for (code, condition, kind) in rows {
        let error = read(&format!("<error code='{code}'/>"), None);
        assert_eq!(
            (error.condition(), error.error_type(), error.code()),
            (condition, kind, Some(code))
        );
    }
    assert_eq!(Condition::from_legacy_code(418), None);
}

#[test]
fn what_the_server_names_wins_over_its_code() {
    let error = read(
        &format!(
            "<error code='409' type='wait'>{}</error>",
            stanza("forbidden")
        ),
        None,
    );
    assert_eq!(
        (error.condition(), error.error_type(), error.code()),
        (Condition::Forbidden, ErrorType::Wait, Some(409))
    );
    let error = read(
        &format!(
            "<error code='502'>{}</error>",
            stanza("service-unavailable")
        ),
        None,
    );
    assert_eq!(error.error_type(), ErrorType::Wait);
    // A code that means another condition says nothing of the type.
    let error = read(
        &format!("<error code='502'>{}</error>", stanza("bad-request")),
        None,
    );
    assert_eq!(
        (error.condition(), error.error_type()),
        (Condition::BadRequest, ErrorType::Modify)
    );
    let error = read("<error type='nonsense' code='x'/>", None);
    assert_eq!(
        (error.condition(), error.error_type(), error.code()),
        (Condition::UndefinedCondition, ErrorType::Cancel, None)
    );
}

#[test]
fn no_error_element_or_a_strange_one_is_undefined() {
    for inner in [
        "",
        "<query xmlns='jabber:iq:register'><error/></query>",
        "<error/>",
    ] {
        assert_eq!(read(inner, None).condition(), Condition::UndefinedCondition);
    }
    let error = read(
        "<error><oddity xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
        None,
    );
    assert_eq!(error.condition(), Condition::UndefinedCondition);
}

#[test]
fn the_text_is_chosen_by_language() {
    let two = "<error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>\
        <text xml:lang='de' xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Vergeben</text>\
        <text xml:lang='en' xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'> Taken </text></error>";
    assert_eq!(read(two, Some("en-GB")).text(), Some("Taken"));
    assert_eq!(read(two, Some("DE")).text(), Some("Vergeben"));
    assert_eq!(read(two, Some("fr")).text(), Some("Vergeben"));
    let error = read(two, None);
    assert_eq!(error.text_in("en"), Some("Taken"));
    assert_eq!(error.text_in("fr"), None);
    assert_eq!(error.texts().count(), 2);
    assert_eq!(
        format!("{error}"),
        "the registration was refused: conflict (cancel), Vergeben"
    );
}

#[test]
fn by_application_conditions_and_the_new_address_are_kept() {
    let error = read(
        "<error by='room@x' type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:new@x</gone>\
         <too-short xmlns='urn:app'/><gone xmlns='urn:app'/></error>",
        None,
    );
    assert_eq!(
        (error.by(), error.new_address()),
        (Some("room@x"), Some("xmpp:new@x"))
    );
    let application: Vec<_> = error.application_conditions().collect();
    assert_eq!(application, [("too-short", "urn:app"), ("gone", "urn:app")]);
}

#[test]
fn texts_are_bounded_in_bytes_and_in_number() {
    let long = "x".repeat(200);
    let iq: Element = format!(
        "<iq xmlns='jabber:client'><error><text xmlns='{NS_STANZAS}'>{long}</text></error></iq>"
    )
    .parse()
    .unwrap();
    assert!(StanzaError::read(&iq, Step::Form, None, 199).is_none());
    assert!(StanzaError::read(&iq, Step::Form, None, 200).is_some());
    let many = format!("<text xmlns='{NS_STANZAS}'>a</text><x xmlns='u'/>").repeat(50);
    let error = read(&format!("<error>{many}</error>"), None);
    assert_eq!(
        (
            error.texts().count(),
            error.application_conditions().count()
        ),
        (16, 16)
    );
}

#[test]
fn help_for_the_caller() {
    assert!(read("<error type='wait'/>", None).is_worth_retrying());
    assert!(!read("<error type='cancel'/>", None).is_worth_retrying());
    assert!(
        read(
            &format!("<error type='cancel'>{}</error>", stanza("conflict")),
            None
        )
        .is_worth_mending()
    );
    assert!(read("<error type='modify'/>", None).is_worth_mending());
}

/// Where no value was sent, there is none to mend, whatever the error says.
#[test]
fn only_values_that_were_sent_can_be_mended() {
    let rows = [
        ("policy-violation", "modify", true),
        ("not-acceptable", "modify", true),
        ("bad-request", "modify", true),
        ("conflict", "cancel", true),
        ("conflict", "wait", true),
        ("not-acceptable", "cancel", false),
        ("not-authorized", "auth", false),
        ("resource-constraint", "wait", false),
    ];
    for (condition, kind, mendable) in rows {
        let error = stanza(condition);
        let iq = format!("<iq xmlns='jabber:client'><error type='{kind}'>{error}</error></iq>");
        let iq: Element = iq.parse().unwrap();
        for (step, has_values) in [
            (Step::Submit, true),
            (Step::PasswordChange, true),
            (Step::Token, false),
            (Step::Form, false),
            (Step::Removal, false),
        ] {
            let error = StanzaError::read(&iq, step, None, 10).unwrap();
            let expected = mendable && has_values;
            let shown = format!("{condition} {kind} {step:?}");
            assert_eq!(error.is_worth_mending(), expected, "{shown}");
        }
    }
}

#[test]
fn display_is_one_line_that_no_terminal_obeys() {
    let text = format!("<text xmlns='{NS_STANZAS}'>a\n\u{85}b</text>");
    let error = read(&format!("<error type='modify'>{text}</error>"), None);
    assert_eq!(
        format!("{error}"),
        "the registration was refused: undefined-condition (modify), a  b"
    );
}

#[test]
fn an_echo_or_a_form_within_the_error_is_no_condition() {
    let echo = "<query xmlns='jabber:iq:register'/><x xmlns='jabber:x:data'/>";
    let error = read(&format!("<error>{echo}<app xmlns='u'/></error>"), None);
    let conditions: Vec<_> = error.application_conditions().collect();
    assert_eq!(conditions, [("app", "u")]);
}

/// What stands beside the error is no error: the request comes back with it, in whatever namespace that was.
#[test]
fn an_echo_before_the_error_is_no_error() {
    let register = "<query xmlns='jabber:iq:register'><error/></query>";
    let field = "<error xmlns='jabber:iq:register'>Juliet</error>";
    let form = "<x xmlns='jabber:x:data'/>";
    let other = "<ping xmlns='urn:xmpp:ping'/>";
    for echo in [register, field, form, other] {
        let inner = format!("{echo}<error>{}</error>", stanza("conflict"));
        assert_eq!(
            read(&inner, None).condition(),
            Condition::Conflict,
            "{echo}"
        );
        let iq = format!("<iq xmlns='jabber:client'>{inner}</iq>");
        let condition = StanzaError::condition_of(&iq.parse().unwrap());
        assert_eq!(condition, Condition::Conflict, "{echo}");
    }
}
