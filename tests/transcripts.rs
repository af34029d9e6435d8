//! The language of transcripts (`common`) itself: a script that does not fit must fail, or no transcript proves anything.

mod common;

use common::{Transcript, server, xml};
use xmpp_registration::RegistrationMachine;

const GET: &str = "
C: <iq type='get' to='example.com'><query xmlns='jabber:iq:register'/></iq>";
const FORM: &str = "
S: <iq type='result'><query xmlns='jabber:iq:register'><username/><password/></query></iq>";

#[track_caller]
fn play(script: &[&str]) {
    let mut transcript = Transcript::new(RegistrationMachine::register(server("example.com")));
    transcript.hide("s3cret");
    transcript.play(&script.concat());
}

#[test]
fn a_script_that_fits_passes() {
    let answer = "
E: FormOffered
   password* text-private
A: username=juliet
   password=s3cret
# attributes in another order, and white space
C: <iq to='example.com' type='set'>
     <query xmlns='jabber:iq:register'>
       <username>juliet</username>
       <password>s3cret</password>
     </query>
   </iq>
N: <presence/>
S: <iq type='result'/>
E: Registered
S: <stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>
S: </stream:stream>";
    play(&[GET, FORM, answer]);
}

#[test]
#[should_panic(expected = "left over: Some(Event(FormOffered")]
fn an_event_that_nobody_expects_fails() {
    play(&[GET, FORM]);
}

#[test]
#[should_panic(expected = "left over: Some(Send(")]
fn a_stanza_that_nobody_expects_fails() {
    play(&[FORM]);
}

#[test]
#[should_panic(expected = "at line 4 of the script: E: Redirected")]
fn another_event_fails() {
    play(&[GET, FORM, "\nE: Redirected"]);
}

#[test]
#[should_panic(expected = "`email* text-single` is none of")]
fn a_detail_that_is_not_there_fails() {
    play(&[GET, FORM, "\nE: FormOffered\n   email* text-single"]);
}

#[test]
#[should_panic(expected = "the verdict at line 3")]
fn another_verdict_fails() {
    play(&[GET, "\nS: <iq type='result' from='elsewhere.example'/>"]);
}

#[test]
#[should_panic(expected = "assertion `left == right` failed: at line 2")]
fn another_stanza_fails() {
    play(&["\nC: <iq type='get'><query xmlns='jabber:iq:register'/></iq>"]);
}

#[test]
#[should_panic(expected = "the machine shows a secret")]
fn a_secret_that_is_shown_fails() {
    play(&[
        GET,
        "
S: <iq type='error'><error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
     <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>s3cret</text></error></iq>
E: Failed(conflict)",
    ]);
}

#[test]
fn white_space_between_elements_does_not_count_and_in_a_text_does() {
    let same = |one: &str, other: &str| {
        xml::canonical(&xml::parse(one)) == xml::canonical(&xml::parse(other))
    };
    assert!(same(
        "<a x='1' y='2'><b/></a>",
        "<a y='2' x='1'>\n  <b/>\n</a>"
    ));
    assert!(same(
        "<p:a xmlns:p='u'><p:b/></p:a>",
        "<a xmlns='u'><b/></a>"
    ));
    assert!(!same("<a><b> x</b></a>", "<a><b>x</b></a>"));
    assert!(!same("<a><b/><c/></a>", "<a><c/><b/></a>"));
    assert!(!same("<a x='1'/>", "<a x='2'/>"));
    assert!(!same("<a/>", "<a xmlns='u'/>"));
}
