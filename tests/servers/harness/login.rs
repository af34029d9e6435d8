//! A SASL PLAIN login of strings over a socket: no line of it is the crate's or the program's.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::DOMAIN;

/// After so many seconds a server that does not answer fails the test.
const PATIENCE: u8 = 30;

/// What ends the server's part of an opening.
const FEATURES: &[&str] = &["</stream:features>"];

/// What the server said to a login.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// `<success/>`.
    Accepted,
    /// `<failure/>` with `<not-authorized/>`.
    Refused,
}

/// Logs in without TLS, on a server that permits it.
pub fn in_plaintext(port: u16, user: &str, password: &str) -> Login {
    let stream = connect(port);
    log_in(&mut &stream, &mut &stream, user, password)
}

/// Opens a stream and reads all that the server says before it is asked something.
pub fn open(port: u16) -> TcpStream {
    let mut stream = connect(port);
    start(&mut stream);
    stream
}

/// Logs in and binds a resource. Told along with it: the JID that the server gave.
pub fn session(port: u16, user: &str, password: &str) -> (TcpStream, String) {
    let mut stream = connect(port);
    let login = log_in(&mut &stream, &mut &stream, user, password);
    assert!(login == Login::Accepted, "{user:?} cannot log in");
    start(&mut stream);
    let bind = "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
    send(&mut stream, bind);
    let answer = read_until(&mut stream, &["</iq>"]);
    let jid = answer
        .split_once("<jid>")
        .and_then(|it| it.1.split_once("</jid>"));
    let (jid, _) = jid.unwrap_or_else(|| panic!("no JID: {answer}"));
    (stream, jid.to_owned())
}

/// Logs in and opens a chat room, which is there as long as the socket is.
pub fn open_room(port: u16, user: &str, password: &str, room: &str) -> TcpStream {
    let (mut stream, _) = session(port, user, password);
    let join = "<x xmlns='http://jabber.org/protocol/muc'/></presence>";
    send(&mut stream, &format!("<presence to='{room}/host'>{join}"));
    read_until(&mut stream, &["</presence>"]);
    let defaults = "<x xmlns='jabber:x:data' type='submit'/></query></iq>";
    let owner = "<query xmlns='http://jabber.org/protocol/muc#owner'>";
    send(
        &mut stream,
        &format!("<iq type='set' id='room' to='{room}'>{owner}{defaults}"),
    );
    read_until(&mut stream, &["id='room'"]);
    stream
}

/// Logs in over TLS, which openssl's own client starts and checks.
pub fn over_tls(port: u16, certificate: &Path, user: &str, password: &str) -> Login {
    let mut child = start_openssl(port, certificate);
    let mut writer = child.stdin.take().expect("it is piped");
    let mut reader = child.stdout.take().expect("it is piped");
    let login = log_in(&mut reader, &mut writer, user, password);
    // The end of its input ends it, whatever the server does.
    drop(writer);
    child.wait().expect("a child can be waited for");
    login
}

/// `timeout` sees to it that a silent server, or a test that panics, leaves no process behind.
fn start_openssl(port: u16, certificate: &Path) -> Child {
    Command::new("timeout")
        .args([
            &PATIENCE.to_string(),
            "openssl",
            "s_client",
            "-connect",
            &format!("127.0.0.1:{port}"),
        ])
        .args([
            "-starttls",
            "xmpp",
            "-xmpphost",
            DOMAIN,
            "-servername",
            DOMAIN,
            "-verify_hostname",
            DOMAIN,
        ])
        .args(["-verify_return_error", "-quiet", "-no_ign_eof", "-CAfile"])
        .arg(certificate)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect(
            "the commands timeout and openssl are not installed: apt-get install coreutils openssl",
        )
}

fn log_in(reader: &mut impl Read, writer: &mut impl Write, user: &str, password: &str) -> Login {
    send(writer, &header());
    read_until(reader, FEATURES);
    let secret = base64(format!("\0{user}\0{password}").as_bytes());
    send(
        writer,
        &format!(
            "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>"
        ),
    );
    let answer = read_until(reader, &["<success", "</failure>"]);
    if answer.contains("<success") {
        return Login::Accepted;
    }
    assert!(
        answer.contains("<not-authorized"),
        "the server refused to hear a login: {answer}"
    );
    Login::Refused
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(PATIENCE.into())))
        .expect("the time is not zero");
    stream
}

fn start(stream: &mut TcpStream) {
    send(stream, &header());
    read_until(stream, FEATURES);
}

fn header() -> String {
    format!(
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' \
         xmlns:stream='http://etherx.jabber.org/streams' to='{DOMAIN}' version='1.0'>"
    )
}

fn send(writer: &mut impl Write, text: &str) {
    writer
        .write_all(text.as_bytes())
        .and_then(|()| writer.flush())
        .expect("the server reads what it is sent");
}

/// Everything up to the first of the wanted words.
fn read_until(reader: &mut impl Read, wanted: &[&str]) -> String {
    let mut seen = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&seen);
        if wanted.iter().any(|word| text.contains(word)) {
            return text.into_owned();
        }
        let count = match reader.read(&mut chunk) {
            Ok(count) => count,
            // With a time limit it may be, though nobody handles a signal (signal(7)).
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => panic!("{error} while waiting for {wanted:?}: {text}"),
        };
        assert!(count > 0, "the stream ended before {wanted:?}: {text}");
        seen.extend_from_slice(&chunk[..count]);
    }
}

/// Base64 (RFC 4648, section 4).
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let word = group
            .iter()
            .fold(0, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * place)) as usize & 63];
            text.push(if place > group.len() {
                '='
            } else {
                digit.into()
            });
        }
    }
    text
}
