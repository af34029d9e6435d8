//! Where TLS is to begin and something else comes: nothing more is said on such a stream, least of all a password.

use crate::fake::{Fake, Session};
use crate::outcome::Outcome;
use crate::run::{PASSWORD, USER, execute};

/// Somebody to trust, who never comes.
const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBhTCCASugAwIBAgIUe6UPcNIwiDEvsEtnPhV0Bt1wUXswCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMZmFrZS5leGFtcGxlMCAXDTI2MTEyNTE3MTIzOVoYDzIxMjYx
MTAxMTcxMjM5WjAXMRUwEwYDVQQDDAxmYWtlLmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASICspaOI59B9G3FxrB6RuAfGCTa6lcpbffeBEDc7D7nHpy
Nc9vduoaMUElktXwyn2oX3Hw+bSAssPQT3fqzJwAo1MwUTAdBgNVHQ4EFgQUAOzE
V+Ik4WGv/LnLyITrWW8iXcAwHwYDVR0jBBgwFoAUAOzEV+Ik4WGv/LnLyITrWW8i
XcAwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA7gUu/hQcsu5l
uV+IgJiKDUg48zM+G5LvscnG/i9MUXsCIGGo6wHuhXDOFnvvWTCZrxQHzgn1Fxjl
nKHoAh3z0+Ml
-----END CERTIFICATE-----
";

/// Registers, with TLS as a must, at a server that offers it and goes on by the script.
fn register(script: impl FnOnce(&mut Session) + Send + 'static) -> Outcome {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, CERTIFICATE).expect("the temporary folder takes files");
    let fake = Fake::play(|session| {
        session.open("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        session.read_to("<starttls ");
        session.read_to(">");
        script(session);
    });
    let (address, file) = (fake.address(), file.display().to_string());
    let target = [
        "--domain",
        "fake.example",
        "--connect",
        &address,
        "--ca",
        &file,
    ];
    let who = ["--username", USER, "--password", PASSWORD];
    let rest = ["--no-input", "--trace", "register"];
    let words = [&target[..], &who, &rest].concat();
    let outcome = execute(
        &words.iter().map(ToString::to_string).collect::<Vec<_>>(),
        None,
    );
    fake.finish(&outcome);
    outcome.exits(4).hides(PASSWORD).hides("C: <iq");
    outcome
}

#[test]
fn the_server_refuses() {
    let outcome = register(|session| {
        session.send("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>");
        session.wait_for_the_end();
    });
    outcome.shows("refused to start TLS");
}

/// Bytes that somebody put behind the consent would be taken for the server's, once TLS is there.
#[test]
fn something_comes_behind_the_consent() {
    let outcome = register(|session| {
        session.send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><stream:features>");
        session.wait_for_the_end();
    });
    outcome.shows("data before TLS");
}

#[test]
fn what_comes_is_not_tls() {
    let outcome = register(|session| {
        session.send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        // What a client of TLS says first.
        session.wait_for_some();
        session.send("<stream:features/>");
        session.wait_for_the_end();
    });
    outcome.shows("TLS: ");
}
