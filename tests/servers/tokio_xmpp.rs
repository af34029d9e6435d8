//! The program of `examples/tokio-xmpp` on both servers.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::harness::{
    Certificate, Client, DOMAIN, EJABBERD_DIRECT_TLS, EJABBERD_DISABLED, EJABBERD_PLAIN,
    EJABBERD_REDIRECT, EJABBERD_TLS, PROSODY_DIRECT_TLS, PROSODY_DISABLED, PROSODY_PLAIN,
    PROSODY_REDIRECT, PROSODY_TLS, Scenario, Server,
};
use crate::tasks::MARKUP;

const FIRST: &str = "s3cret-Pass.first";
const WRONG: &str = "s3cret-Pass.wrong";

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn prosody_plain() {
    let server = Server::start(&PROSODY_PLAIN);
    life_of_an_account(&server, || by_its_own(&server));
    reports_what_is_not_there(&server);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn prosody_tls() {
    let server = Server::start(&PROSODY_TLS);
    life_of_an_account(&server, || by_its_own(&server));
    demands_a_certificate_it_can_verify(&server);
    // An error to the request for the form; the stream would go on.
    in_plaintext(&server).run("form").exits(1);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn prosody_direct_tls() {
    with_tls_from_the_start(&PROSODY_DIRECT_TLS);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn prosody_refusals() {
    let server = Server::start(&PROSODY_REDIRECT);
    is_redirected(&server, "https://lab.example/register?lang=en&amp=1");
    let server = Server::start(&PROSODY_DISABLED);
    let outcome = by_its_own(&server).run("form");
    outcome.exits(1).shows("service-unavailable");
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn ejabberd_plain() {
    let server = Server::start(&EJABBERD_PLAIN);
    life_of_an_account(&server, || by_its_own(&server));
    reports_what_is_not_there(&server);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn ejabberd_tls() {
    let server = Server::start(&EJABBERD_TLS);
    life_of_an_account(&server, || by_its_own(&server));
    demands_a_certificate_it_can_verify(&server);
    // The request for the form ends the stream; nothing was set yet, so nothing is in doubt.
    in_plaintext(&server).run("form").exits(4);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn ejabberd_direct_tls() {
    with_tls_from_the_start(&EJABBERD_DIRECT_TLS);
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn ejabberd_refusals() {
    let server = Server::start(&EJABBERD_REDIRECT);
    is_redirected(&server, "https://lab.example/register");
    let server = Server::start(&EJABBERD_DISABLED);
    // Before a login the request ends the stream; nothing was set yet, so nothing is in doubt.
    by_its_own(&server).run("form").exits(4);
}

/// Over TLS where it is required, in plaintext elsewhere.
fn by_its_own(server: &Server) -> Client {
    server.client().by_tokio_xmpp()
}

fn in_plaintext(server: &Server) -> Client {
    Client::new(server.port()).by_tokio_xmpp().plaintext()
}

/// Every task, rightly and wrongly used, each checked from outside.
#[track_caller]
fn life_of_an_account(server: &Server, client: impl Fn() -> Client) {
    let form = client().run("form");
    form.exits(0).prints("username").prints("password");
    registers(server, &client, FIRST);
    is_refused(server, &client);
    let outcome = user(&client, FIRST)
        .new_password(MARKUP)
        .run("change-password");
    outcome.exits(0).prints("password changed");
    server.lets_in("alice", MARKUP);
    server.keeps_out("alice", FIRST);
    let outcome = user(&client, MARKUP).run("unregister");
    outcome.exits(0).prints("unregistered");
    server.keeps_out("alice", MARKUP);
    // The name is free again.
    registers(server, &client, MARKUP);
}

/// The account is there, and the stream on which it was made is logged in.
#[track_caller]
fn registers(server: &Server, client: impl Fn() -> Client, password: &str) {
    let outcome = user(client, password).run("register");
    outcome
        .exits(0)
        .prints("registered\n")
        .prints(&format!("logged in as alice@{DOMAIN}/"));
    server.lets_in("alice", password);
}

/// A name that somebody has, or a password that is another one.
#[track_caller]
fn is_refused(server: &Server, client: impl Fn() -> Client) {
    let wrong = || user(&client, WRONG);
    wrong().run("register").exits(1).shows("conflict");
    let changed = wrong().new_password(MARKUP).run("change-password");
    changed.exits(1).shows("authentication");
    wrong().run("unregister").exits(1).shows("authentication");
    server.lets_in("alice", FIRST);
    server.keeps_out("alice", WRONG);
}

fn user(client: impl Fn() -> Client, password: &str) -> Client {
    client().user("alice").password(password)
}

/// Nothing goes to a server that does not prove who it is.
#[track_caller]
fn demands_a_certificate_it_can_verify(server: &Server) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let stranger = Certificate::make(folder.path());
    let client = || user(|| Client::new(server.port()).by_tokio_xmpp(), WRONG);
    client().run("register").exits(4).shows("certificate");
    let outcome = client().ca(&stranger.public).run("register");
    outcome.exits(4).shows("certificate");
    let nowhere = folder.path().join("nowhere");
    client().ca(&nowhere).run("register").exits(2);
    server.keeps_out("alice", WRONG);
}

/// A task without what it needs; a domain that is not the server's; no server.
#[track_caller]
fn reports_what_is_not_there(server: &Server) {
    in_plaintext(server).run("register").exits(2);
    in_plaintext(server).run("change-password").exits(2);
    let elsewhere = Client::of("elsewhere.example", server.port());
    elsewhere.by_tokio_xmpp().plaintext().run("form").exits(4);
    // No other test can be given this port.
    let nobody = Client::new(1).by_tokio_xmpp().plaintext();
    nobody.run("form").exits(4);
}

#[track_caller]
fn with_tls_from_the_start(scenario: &Scenario) {
    let server = Server::start(scenario);
    life_of_an_account(&server, || {
        let client = Client::new(server.component_port()).by_tokio_xmpp();
        client.flag("--direct-tls").ca(server.certificate())
    });
}

#[track_caller]
fn is_redirected(server: &Server, url: &str) {
    by_its_own(server).run("form").exits(5).prints(url);
    let outcome = user(|| by_its_own(server), FIRST).run("register");
    outcome.exits(5).prints(url);
    server.keeps_out("alice", FIRST);
}

/// Its parser wants to know an error's type and condition; what it refuses is a reply all the same. With a wait for one that
/// comes no more, the first would end in doubt.
#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn replies_that_its_parser_refuses() {
    const FORM: &str = "<iq type='result' id='ID'><query xmlns='jabber:iq:register'>\
        <username/><password/></query></iq>";
    const UNTYPED: &str = "<iq type='error' id='ID'><error code='409'/></iq>";
    const UNKNOWN: &str =
        "<iq type='error' id='ID'><error type='cancel'><no xmlns='u'/></error></iq>";
    const STREAM_ERROR: &str = "<stream:error><no xmlns='u'/></stream:error></stream:stream>";
    let register = |replies: &'static [&str]| {
        let port = canned(replies);
        let client = || Client::new(port).by_tokio_xmpp().plaintext();
        user(client, FIRST)
            .option("--timeout", "10")
            .run("register")
    };
    register(&[FORM, UNTYPED]).exits(1);
    register(&[FORM, UNKNOWN]).exits(1);
    register(&[UNTYPED]).exits(1);
    // Another element that it does not know ends the stream.
    register(&["<unknown xmlns='u'/>"]).exits(4);
    register(&[FORM, "<unknown xmlns='u'/>"]).exits(3);
    register(&[STREAM_ERROR]).exits(4);
    register(&[FORM, STREAM_ERROR]).exits(3);
}

/// A server for one client, which gives these replies and no others.
fn canned(replies: &'static [&str]) -> u16 {
    const OPENING: &str = "<stream:stream xmlns='jabber:client' version='1.0' id='1' \
        from='lab.example' xmlns:stream='http://etherx.jabber.org/streams'><stream:features/>";
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("the client comes");
        read_until(&mut socket, "version='1.0'>");
        let sent = socket.write_all(OPENING.as_bytes());
        sent.expect("the client is there");
        for text in replies {
            let request = read_until(&mut socket, "</iq>");
            let id = request
                .split_once("id='")
                .and_then(|it| it.1.split_once('\''));
            let (id, _) = id.expect("each request has an id");
            let sent = socket.write_all(text.replace("ID", id).as_bytes());
            sent.expect("the client is there");
        }
        // Until the client goes.
        let _ = socket.read_to_end(&mut Vec::new());
    });
    port
}

fn read_until(socket: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    let mut byte = [0];
    while !text.ends_with(end) && socket.read(&mut byte).is_ok_and(|count| count > 0) {
        text.push(byte[0].into());
    }
    text
}
