//! What users read: how outcomes, reasons and errors are told.

use std::fs;
use std::path::Path;

use minidom::Element;
use xmpp_registration::{
    Channel, Config, Event, Failure, IdPrefix, Limits, Output, Peer, RegistrationMachine,
    StreamCondition, Success,
};

fn config() -> Config {
    let peer = Peer::server("example.com").unwrap();
    Config::new(peer, IdPrefix::new("p").unwrap(), Channel::Encrypted)
}

/// What comes of an offer.
fn offered(limits: Limits, inner: &str) -> Event {
    let mut machine = RegistrationMachine::register(config().limits(limits));
    assert!(matches!(machine.poll_output(), Some(Output::Send(_))));
    let reply = format!(
        "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>{inner}</query></iq>"
    );
    let _ = machine.handle_stanza(&reply.parse().unwrap());
    match machine.poll_output() {
        Some(Output::Event(event)) => event,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_success_has_its_words() {
    let told = [
        (Success::Registered, "registered"),
        (Success::Updated, "registration updated"),
        (Success::PasswordChanged, "password changed"),
        (Success::Unregistered, "unregistered"),
    ];
    for (success, words) in told {
        assert_eq!(success.to_string(), words);
    }
}

/// RFC 6120 section 4.9.3, and the two names of RFC 3920 that are still sent.
#[test]
fn a_stream_error_is_told_by_the_name_that_was_sent() {
    let names = "bad-format bad-namespace-prefix conflict connection-timeout host-gone host-unknown \
         improper-addressing internal-server-error invalid-from invalid-id invalid-namespace invalid-xml \
         not-authorized not-well-formed policy-violation remote-connection-failed reset resource-constraint \
         restricted-xml see-other-host system-shutdown undefined-condition unsupported-encoding \
         unsupported-feature unsupported-stanza-type unsupported-version xml-not-well-formed";
    let mut seen = Vec::new();
    for name in names.split_whitespace() {
        let error: Element = format!(
            "<error xmlns='http://etherx.jabber.org/streams'><{name} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>"
        )
        .parse()
        .unwrap();
        let condition = StreamCondition::of(&error);
        assert_eq!((condition.name(), &*condition.to_string()), (name, name));
        assert!(!seen.contains(&condition), "{name} is read as another");
        seen.push(condition);
    }
}

#[test]
fn what_is_left_to_fill_in_is_told_by_name() {
    let Event::FormOffered(form) = offered(Limits::default(), "<username/><password/><email/>")
    else {
        panic!("no form");
    };
    let left = form.unfilled();
    assert_eq!((left.len(), left.is_empty()), (3, false));
    assert_eq!(left.to_string(), "username, password, email");
    assert_eq!(format!("{left:?}"), r#"["username", "password", "email"]"#);
}

/// The names and rules of a form are a peer's: what is told of them stands on one line, and nothing of it is for a terminal.
#[test]
fn what_a_peer_named_is_told_without_control_characters() {
    let bad = "a\n\r\t\u{7f}\u{9b}\u{2028}\u{2029}\u{202e}\u{2066}b";
    let field = "<field var='a&#10;&#13;&#9;&#127;&#155;&#x2028;&#x2029;&#x202e;&#x2066;b'><required/>\
        <media xmlns='urn:xmpp:media-element'><uri type='x)&#10;&#x9b;2J'>http://a/&#x9b;</uri></media></field>";
    let rule = "<field var='n'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:integer'>\
        <range min='&#10;5&#9;' max='7&#13;'/></validate></field>";
    let x = format!("<x xmlns='jabber:x:data' type='form'>{field}{rule}</x>");
    let Event::FormOffered(mut form) = offered(Limits::default(), &x) else {
        panic!("no form");
    };
    let mut told = vec![form.unfilled().to_string()];
    for value in ["4", "8"] {
        form.set("n", value).unwrap();
        let error = form.field("n").unwrap().check().unwrap_err();
        told.push(error.to_string());
    }
    let names = form.unfilled();
    assert_eq!(names.names().collect::<Vec<_>>(), [bad]);
    let incomplete = form.finish().unwrap_err();
    assert_eq!(incomplete.errors()[0].field(), bad);
    told.extend(incomplete.errors().iter().map(ToString::to_string));
    told.push(incomplete.to_string());
    let mut form = incomplete.into_form();
    told.push(form.set("n\u{9b}", "").unwrap_err().to_string());
    for text in &told {
        assert!(!text.contains(char::is_control), "{text:?}");
    }
    let media = form.fields().flat_map(xmpp_registration::Field::media);
    let debug = format!("{form:?} {:?}", media.collect::<Vec<_>>());
    assert!(
        debug.contains("2J") && !debug.contains(char::is_control),
        "{debug:?}"
    );
    let shown = [
        "a         b",
        "the value of `n` is less than  5 ",
        "the value of `n` is greater than 7 ",
        "the field `a         b` needs a value",
        "the value of `n` is greater than 7 ",
        "the form is not ready: the field `a         b` needs a value; the value of `n` is greater than 7 ",
        "the form has no field `n `: take the names from `Form::fields`",
    ];
    assert_eq!(told, shown);
}

/// For a log: whose task it is, where it stands, and what waits.
#[test]
fn a_machine_shows_where_it_stands() {
    let mut machine = RegistrationMachine::register(config());
    let shown = format!("{machine:?}");
    for part in ["example.com", "Form(Queued)", "FormRequest"] {
        assert!(shown.contains(part), "{shown}");
    }
    machine.handle_disconnect();
    let shown = format!("{machine:?}");
    assert!(
        shown.contains("Done") && shown.contains("Failed(Disconnected)"),
        "{shown}"
    );
}

/// Each bound takes exactly what it says, and what is beyond it is told.
#[test]
fn a_reply_beyond_the_limits_is_told_by_what_there_is_too_much_of() {
    let limits = Limits {
        fields: 2,
        options: 3,
        text_bytes: 15,
        picture_bytes: 3,
    };
    let field = |inner: &str| {
        format!("<x xmlns='jabber:x:data' type='form'><field var='a'>{inner}</field></x>")
    };
    let told = [
        ("<a/><b/>", "<a/><b/><c/>", "fields"),
        (
            &*field("<value/><value/><value/>"),
            &*field("<value/><value/><value/><value/>"),
            "options and values",
        ),
        (
            "<instructions>fifteen letters</instructions>",
            "<instructions>sixteen letters!</instructions>",
            "bytes of text",
        ),
        (
            "<x xmlns='jabber:x:oob'><url>https://a.im/ab</url></x>",
            "<x xmlns='jabber:x:oob'><url>https://a.im/abc</url></x>",
            "bytes of text",
        ),
    ];
    for (most, more, words) in told {
        let event = offered(limits, most);
        assert!(
            matches!(event, Event::FormOffered(_) | Event::Redirected(_)),
            "{most}: {event:?}"
        );
        let Event::Failed(Failure::Protocol(violation)) = offered(limits, more) else {
            panic!("{more} is within the limits");
        };
        let text = format!("the reply has more {words} than the limits allow");
        assert_eq!(violation.to_string(), text);
    }
}

/// Lower case, no full stop: the application puts them into sentences of its own.
#[test]
fn errors_read_as_advice() {
    let mut seen = 0;
    for source in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        for text in texts(&source) {
            seen += 1;
            let begins_small = !text.starts_with(char::is_uppercase);
            let ends_open = !text.ends_with(['.', '!', ' ']);
            assert!(begins_small && ends_open && !text.is_empty(), "{text:?}");
        }
    }
    assert!(seen > 80, "only {seen} texts were found");
}

/// All Rust files below a folder.
fn sources(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
    found
}

/// The texts of errors, as they stand in the source: in attributes, or, of `FieldError`, in its own `Display`.
fn texts(source: &str) -> Vec<&str> {
    let written = source
        .contains("Display for FieldError")
        .then_some("write!(");
    let splits = ["#[error("].into_iter().chain(written);
    let after = splits.flat_map(|it| source.split(it).skip(1));
    let quoted = after.filter_map(|it| {
        let it = it.trim_start();
        let it = it.strip_prefix("f,").unwrap_or(it).trim_start();
        it.strip_prefix('"')
    });
    quoted
        .map(|it| it.split_once('"').expect("a text has an end").0)
        .collect()
}
