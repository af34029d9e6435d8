//! Every task of the client.

use xmpp_registration::{RegistrationMachine, Uri};

use crate::heap::{aside, check, watch_for};
use crate::wire::*;

const LEGACY: &str = "<username/><password/>";
const PASSWORD_FIELD: &str = "<field var='password' type='text-private'><required/></field>";
const NOT_ALLOWED: &str =
    "<error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

#[test]
fn registration_refused_and_mended() {
    watch_for(&ALL);
    let (mut client, mut form) = Client::with_form(LEGACY);
    let _ = form.fill("juliet", PASSWORD).unwrap();
    check("filled in", 1);
    client.submits(form);
    client.sends(&[PASSWORD]);
    client.reply("error", CONFLICT);
    let mut form = client.form();
    check("given back", 0);
    let _ = form.fill("romeo", OTHER).unwrap();
    client.submits(form);
    client.sends(&[OTHER]);
    client.ends();
}

#[test]
fn registration_by_a_data_form_with_a_challenge() {
    watch_for(&ALL);
    let picture = "<media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:a@bob.xmpp.org</uri></media>";
    let fields = format!(
        "<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:captcha</value></field>\
         <field var='username'/>{PASSWORD_FIELD}<field var='pin' type='text-private'/>\
         <field var='ocr'>{picture}</field>"
    );
    let (mut client, mut form) = Client::with_form(&x(&fields));
    let _ = form.fill("juliet", PASSWORD).unwrap();
    form.set("ocr", ANSWER).unwrap();
    form.set("pin", PRIVATE).unwrap();
    // The picture is fetched while the secrets are typed in.
    client.machine.fetch_media("a@bob.xmpp.org").unwrap();
    let kept = 1;
    client.sends_and_keeps(&[], kept);
    client.reply(
        "result",
        "<data xmlns='urn:xmpp:bob' cid='a@bob.xmpp.org'>AAAA</data>",
    );
    drop(client.machine.poll_output());
    client.submits(form);
    client.sends(&[PASSWORD, ANSWER, PRIVATE]);
    client.reply("error", CONFLICT);
    drop(client.machine.poll_output());
    // What was typed and is no secret waits for the next form.
    check("refused", 0);
    client.machine.request_form().unwrap();
    client.sends(&[]);
    client.query("result", &x(&fields), "");
    let mut form = client.form();
    assert_eq!(form.field("username").unwrap().value(), Some("juliet"));
    let _ = form.fill("juliet", OTHER).unwrap();
    form.set("ocr", ANSWER).unwrap();
    client.submits(form);
    client.sends(&[OTHER, ANSWER]);
    client.ends();
}

#[test]
fn a_token_and_a_registration() {
    watch_for(&ALL);
    let machine = RegistrationMachine::register_with_token(server(), TOKEN).unwrap();
    let mut client = Client::new(machine);
    client.sends(&[TOKEN]);
    client.reply("result", "");
    client.sends(&[]);
    client.query("result", LEGACY, "");
    let mut form = client.form();
    let _ = form.fill("juliet", PASSWORD).unwrap();
    client.submits(form);
    client.sends(&[PASSWORD]);
    client.ends();
}

#[test]
fn the_token_of_a_uri() {
    watch_for(&ALL);
    // As it is, and percent-encoded: both are read, and neither leaves a copy.
    let encoded: String = aside(|| TOKEN.bytes().map(|it| format!("%{it:02X}")).collect());
    let half = aside(|| format!("{}{}", &TOKEN[..16], &encoded[48..]));
    for token in [TOKEN, &encoded, &half] {
        let text = aside(|| format!("xmpp:example.com?register;preauth={token}"));
        let uri = Uri::parse(&text).unwrap();
        check("parsed", 1);
        assert_eq!(uri.token(), Some(TOKEN));
        let mut client = Client::new(uri.clone().register(server()).unwrap());
        drop(uri);
        client.sends(&[TOKEN]);
        client.machine.handle_disconnect();
    }
    // No UTF-8, no characters for XML, and nothing to make an account by.
    for bad in ["%FF", "%01", ";ibr=%FF"] {
        let text = aside(|| format!("xmpp:example.com?register;preauth={half}{bad}"));
        assert!(Uri::parse(&text).is_err());
        check("not parsed", 0);
    }
}

#[test]
fn a_password_is_changed() {
    watch_for(&ALL);
    let machine = RegistrationMachine::change_password(account(), "juliet", PASSWORD).unwrap();
    let mut client = Client::new(machine);
    client.sends(&[PASSWORD]);
    let old = PASSWORD_FIELD.replace("'password'", "'old_password'");
    let form = x(&format!("<field var='username'/>{old}{PASSWORD_FIELD}"));
    client.query("error", &form, NOT_ALLOWED);
    let mut form = client.form();
    check("a form is demanded", 0);
    let _ = form.fill("juliet", OTHER).unwrap();
    form.set("old_password", OLD).unwrap();
    client.submits(form);
    client.sends(&[OTHER, OLD]);
    client.ends();
}

#[test]
fn an_account_is_removed_by_its_password() {
    watch_for(&ALL);
    let mut client = Client::new(RegistrationMachine::unregister(account()).unwrap());
    client.sends(&[]);
    client.query("error", &x(PASSWORD_FIELD), NOT_ALLOWED);
    let mut form = client.form();
    form.set("password", PASSWORD).unwrap();
    client.submits(form);
    client.sends(&[PASSWORD]);
    client.ends();
}
