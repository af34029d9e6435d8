//! Logging in by SCRAM: the real servers offer both kinds, of which the program takes the stronger.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sasl::common::Password;
use sasl::common::scram::{ScramProvider, Sha1, Sha256};

use crate::fake::{DOMAIN, Fake, Session};
use crate::outcome::Outcome;
use crate::run::{PASSWORD, USER, juliet};

const NS: &str = "urn:ietf:params:xml:ns:xmpp-sasl";
const SALT: &[u8] = b"salt of the fake";

/// What a server does wrong, or somebody who stands in for it.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Honest,
    /// It does not know the password, and says that all is well.
    WrongProof,
    NoProof,
    /// It goes on from somebody else's nonce.
    OtherNonce,
    /// It asks for so many rounds.
    Rounds(u32),
}

/// Takes what the client sends in an element of this name.
fn hear(session: &mut Session, name: &str) -> String {
    let xml = session.read_to(&format!("</{name}>"));
    let text = xml.rsplit_once("</").expect("it ends").0;
    let text = text.rsplit('>').next().unwrap_or_default();
    let bytes = BASE64.decode(text).expect("it is Base64");
    String::from_utf8(bytes).expect("SCRAM is text")
}

fn say(session: &mut Session, name: &str, message: &str) {
    session.send(&format!(
        "<{name} xmlns='{NS}'>{}</{name}>",
        BASE64.encode(message)
    ));
}

/// The server's part of RFC 5802, section 3; the client's proof is checked.
fn authenticate<S: ScramProvider>(session: &mut Session, manner: Manner) {
    let first = hear(session, "auth");
    let bare = first.strip_prefix("n,,").expect("no channel is bound");
    let nonce = bare
        .strip_prefix(&format!("n={USER},r="))
        .expect("name and nonce");
    let nonce = match manner {
        Manner::OtherNonce => "another one".to_owned(),
        _ => format!("{nonce}fake"),
    };
    let rounds = if let Manner::Rounds(rounds) = manner {
        rounds
    } else {
        4096
    };
    let challenge = format!("r={nonce},s={},i={rounds}", BASE64.encode(SALT));
    say(session, "challenge", &challenge);
    if matches!(manner, Manner::OtherNonce | Manner::Rounds(_)) {
        return session.wait_for_the_end();
    }
    let last = hear(session, "response");
    let (without_proof, proof) = last.rsplit_once(",p=").expect("a proof");
    assert_eq!(without_proof, format!("c=biws,r={nonce}"));
    let exchange = format!("{bare},{challenge},{without_proof}");
    let mac = |data: &[u8], key: &[u8]| S::hmac(data, key).expect("any key will do");
    let salted = S::derive(&Password::Plain(PASSWORD.to_owned()), SALT, rounds).expect("plain");
    let key = mac(b"Client Key", &salted);
    let signature = mac(exchange.as_bytes(), &S::hash(&key));
    let expected: Vec<u8> = key.iter().zip(signature).map(|(a, b)| a ^ b).collect();
    assert_eq!(
        BASE64.decode(proof),
        Ok(expected),
        "the client knows the password"
    );
    let proof = mac(exchange.as_bytes(), &mac(b"Server Key", &salted));
    let proof = match manner {
        Manner::WrongProof => SALT,
        _ => &proof,
    };
    match manner {
        Manner::NoProof => session.send(&format!("<success xmlns='{NS}'/>")),
        _ => say(session, "success", &format!("v={}", BASE64.encode(proof))),
    }
}

/// Unregisters at a server that offers these mechanisms, and expects this one.
fn unregister<S: ScramProvider>(offers: &[&str], manner: Manner) -> Outcome {
    let offers = offers
        .iter()
        .map(|it| format!("<mechanism>{it}</mechanism>"))
        .collect::<String>();
    let expected = format!("mechanism='SCRAM-{}'", S::name());
    let fake = Fake::play(move |session| {
        session.open(&format!("<mechanisms xmlns='{NS}'>{offers}</mechanisms>"));
        let auth = session.read_to(">");
        assert!(auth.contains(&expected), "{auth}");
        authenticate::<S>(session, manner);
        if manner != Manner::Honest {
            return session.wait_for_the_end();
        }
        session.open("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
        let bind = session.request();
        let jid = format!("<jid>{USER}@{DOMAIN}/fake</jid>");
        session.result(
            &bind,
            &format!("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>{jid}</bind>"),
        );
        let set = session.set_with(&["<remove/>"]);
        session.result(&set, "");
    });
    juliet().run(fake, "unregister")
}

#[test]
fn both_kinds_log_in() {
    let honest = Manner::Honest;
    unregister::<Sha1>(&["PLAIN", "SCRAM-SHA-1"], honest).exits(0);
    let outcome = unregister::<Sha256>(&["SCRAM-SHA-1", "PLAIN", "SCRAM-SHA-256"], honest);
    outcome.exits(0).prints("unregistered");
}

/// Who does not know the password is not told anything, and nothing is asked of them.
#[test]
fn a_server_that_does_not_know_the_password_is_left() {
    for manner in [
        Manner::WrongProof,
        Manner::NoProof,
        Manner::OtherNonce,
        Manner::Rounds(0),
        Manner::Rounds(1_000_001),
    ] {
        let outcome = unregister::<Sha1>(&["SCRAM-SHA-1"], manner);
        outcome.exits(4).shows("the login failed").hides("<remove");
    }
}
