//! What goes over the wire: clients that look for the usual prefix of the stream's own elements find it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::raw::{Raw, header};
use crate::server::Server;

const FEATURES_END: &str = "</stream:features>";
const ERROR_END: &str = "</stream:error></stream:stream>";

/// A `<stream:error>` of this condition, and the end of the stream.
#[track_caller]
fn is_error(heard: &str, condition: &str) {
    let (_, error) = heard.split_once("<stream:error>").expect("an error");
    let condition = format!("<{condition} xmlns=");
    assert!(
        error.starts_with(&condition) && error.ends_with(ERROR_END),
        "{heard}"
    );
}

fn auth(message: &str) -> String {
    let message = BASE64.encode(message);
    format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{message}</auth>")
}

/// Logs in, and hears the features after that.
fn log_in(server: &Server, message: &str) -> (Raw, String) {
    let mut raw = Raw::open(server);
    raw.hear(FEATURES_END);
    raw.say(auth(message));
    let success = raw.hear(">");
    assert!(success.starts_with("<success "), "{success}");
    raw.say(header("example.org"));
    let features = raw.hear(FEATURES_END);
    (raw, features)
}

#[test]
fn features_have_the_prefix() {
    let server = Server::start(&[]);
    let mut raw = Raw::open(&server);
    let heard = raw.hear(FEATURES_END);
    assert!(heard.starts_with("<?xml version='1.0'?><stream:stream from='example.org' "));
    assert!(heard.contains("xmlns:stream='http://etherx.jabber.org/streams'><stream:features><"));
    for feature in [
        ">PLAIN</mechanism>",
        "http://jabber.org/features/iq-register",
    ] {
        assert!(heard.contains(feature), "{heard}");
    }
    assert!(!heard.contains("xmpp-bind"), "{heard}");
}

#[test]
fn features_after_a_login_have_it_too() {
    let server = Server::start(&[]);
    server.register("juliet", "pw").exits(0);
    for message in [
        "\0juliet\0pw",
        "juliet@example.org\0juliet\0pw",
        "juliet\0juliet\0pw",
    ] {
        let (_, heard) = log_in(&server, message);
        assert!(heard.contains("<stream:features><"), "{heard}");
        assert!(
            heard.contains("urn:ietf:params:xml:ns:xmpp-bind"),
            "{heard}"
        );
        assert!(!heard.contains("PLAIN"), "{heard}");
    }
}

#[test]
fn another_domain_is_unknown() {
    let server = Server::start(&[]);
    let mut raw = Raw::connect(&server);
    raw.say(header("example.com"));
    let heard = raw.hear_all();
    is_error(&heard, "host-unknown");
    assert!(heard.starts_with("<?xml version='1.0'?><stream:stream "));
    assert!(!heard.contains("features"), "{heard}");
}

#[test]
fn the_domain_is_known_in_any_case() {
    let server = Server::start(&[]);
    let mut raw = Raw::connect(&server);
    raw.say(header("EXAMPLE.org"));
    raw.hear(FEATURES_END);
}

#[test]
fn what_is_not_well_formed_ends_the_stream() {
    let server = Server::start(&[]);
    let mut raw = Raw::open(&server);
    raw.hear(FEATURES_END);
    raw.say("<iq></message>");
    is_error(&raw.hear_all(), "not-well-formed");
}

#[test]
fn a_wrong_login_may_be_mended() {
    let server = Server::start(&[]);
    server.register("juliet", "pw").exits(0);
    let mut raw = Raw::open(&server);
    raw.hear(FEATURES_END);
    for wrong in [
        "\0juliet\0",
        "\0romeo\0pw",
        "juliet",
        "",
        "\0juliet\0pw\0",
        "\0\0",
    ] {
        raw.say(auth(wrong));
        let failure = raw.hear("</failure>");
        assert!(failure.contains("<not-authorized"), "{failure}");
    }
    raw.say(auth("\0juliet\0pw"));
    assert!(raw.hear(">").starts_with("<success "));
}

#[test]
fn nobody_acts_as_somebody_else() {
    let server = Server::start(&[]);
    server.register("juliet", "pw").exits(0);
    let mut raw = Raw::open(&server);
    raw.hear(FEATURES_END);
    for other in ["romeo@example.org", "juliet@example.com", "romeo"] {
        raw.say(auth(&format!("{other}\0juliet\0pw")));
        // The first of what comes, and it is not a success.
        assert!(raw.hear(">").starts_with("<failure "), "{other}");
        raw.hear("</failure>");
    }
}

#[test]
fn the_account_goes_and_the_stream_with_it() {
    let server = Server::start(&[]);
    server.register("juliet", "pw").exits(0);
    let (mut raw, _) = log_in(&server, "\0juliet\0pw");
    // Whoever it says it is from, it is from her.
    raw.say(
        "<iq type='set' id='u1' from='romeo@example.org'><query xmlns='jabber:iq:register'><remove/></query></iq>",
    );
    let heard = raw.hear_all();
    assert!(heard.contains("u1") && heard.contains("result"), "{heard}");
    is_error(&heard, "not-authorized");
    server
        .stop()
        .is(&["juliet is registered", "juliet is removed"]);
}

/// Somebody else may register the name while a stream of the account before is still open.
#[test]
fn the_stream_of_a_removed_account_has_no_right_to_the_next_of_its_name() {
    let server = Server::start(&[]);
    server.register("juliet", "pw").exits(0);
    let (mut raw, _) = log_in(&server, "\0juliet\0pw");
    let who = ["--username", "juliet", "--password", "pw", "unregister"];
    server.run(&who).exits(0);
    server.register("juliet", "another").exits(0);
    raw.say("<iq type='set' id='u1'><query xmlns='jabber:iq:register'><remove/></query></iq>");
    is_error(&raw.hear_all(), "not-authorized");
    let who = [
        "--username",
        "juliet",
        "--password",
        "another",
        "unregister",
    ];
    server.run(&who).exits(0);
}

#[test]
fn two_requests_may_come_in_one_piece() {
    let server = Server::start(&[]);
    let mut raw = Raw::open(&server);
    raw.hear(FEATURES_END);
    let get = |id| format!("<iq type='get' id='{id}'><query xmlns='jabber:iq:register'/></iq>");
    raw.say([get("g1"), get("g2")].concat());
    let heard = [raw.hear("</iq>"), raw.hear("</iq>")];
    assert!(
        heard[0].contains("g1") && heard[1].contains("g2"),
        "{heard:?}"
    );
}
