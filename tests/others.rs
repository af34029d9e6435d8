//! Servers that no recording is of, as their sources and their users tell of them: Openfire, Tigase, `MongooseIM`,
//! Metronome, and components on slixmpp. What is odd about each stands in its transcript.

mod common;

use common::{Transcript, account, server, service};
use xmpp_registration::RegistrationMachine;

const ME: &str = "juliet@example.com/balcony";
const PASSWORD: &str = "s3cret & <one>";

/// The request for the form, not logged in.
const GET: &str = "
C: <iq type='get' to='example.com'><query xmlns='jabber:iq:register'/></iq>";
const REMOVE: &str = "
C: <iq type='set'><query xmlns='jabber:iq:register'><remove/></query></iq>";

#[track_caller]
fn play(machine: RegistrationMachine, script: &[&str]) {
    let mut transcript = Transcript::new(machine);
    transcript.hide(PASSWORD);
    transcript.play(&script.concat());
    assert!(transcript.machine.is_finished());
}

fn register() -> RegistrationMachine {
    RegistrationMachine::register(server("example.com"))
}

fn unregister() -> RegistrationMachine {
    RegistrationMachine::unregister(account(ME)).expect("logged in")
}

/// Fields of both kinds without instructions of their own; errors with a code and an echo; a `to` that nobody has.
#[test]
fn openfire() {
    const FORM: &str = r#"
S: <iq type='result' from='example.com' to='example.com/5f2a'><query xmlns='jabber:iq:register'>
     <username/><password/><email/><name/>
     <x xmlns='jabber:x:data' type='form'><title>XMPP Client Registration</title>
       <instructions>Please provide the following information</instructions>
       <field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>
       <field var='username' type='text-single' label='Username'><required/></field>
       <field var='name' type='text-single' label='Full name'/>
       <field var='email' type='text-single' label='Email'/>
       <field var='password' type='text-private' label='Password'><required/></field></x>
   </query></iq>
E: FormOffered
   data form
   instructions Please provide the following information
   username* text-single "Username"
   name text-single "Full name""#;
    const SET: &str = "
C: <iq type='set' to='example.com'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'>
     <field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>
     <field var='username'><value>juliet</value></field>
     <field var='password'><value>s3cret &amp; &lt;one></value></field></x></query></iq>";
    const REST: &str = "
A: username=juliet
   password=s3cret & <one>";
    const TAKEN: &str = r#"
S: <iq type='error' from='example.com'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'>
     <field var='username'><value>juliet</value></field>
     <field var='password'><value>s3cret &amp; &lt;one></value></field></x></query>
     <error code='409' type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
E: Refused(conflict)
   code 409
   password* text-private "Password""#;
    const DONE: &str = "
S: <iq type='result' from='example.com' to='juliet@example.com/made-up'/>
E: Registered";
    play(register(), &[GET, FORM, REST, SET, TAKEN, REST, SET, DONE]);
}

/// What is on file, and behind the form that there is something on file; the end of the stream after a removal.
#[test]
fn openfire_after_a_login() {
    let on_file = "
C: <iq type='get'><query xmlns='jabber:iq:register'/></iq>
S: <iq type='result' from='juliet@example.com' to='juliet@example.com/balcony'><query xmlns='jabber:iq:register'>
     <username>juliet</username><password/><email>j@x.example</email><name>Juliet</name>
     <x xmlns='jabber:x:data' type='form'>
       <field var='username'><required/><value>juliet</value></field>
       <field var='email'><value>j@x.example</value></field></x>
     <registered/></query></iq>
E: FormOffered(registered)
   email text-single = j@x.example
A: email=juliet@x.example
C: <iq type='set'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'>
     <field var='username'><value>juliet</value></field>
     <field var='email'><value>juliet@x.example</value></field></x></query></iq>
S: <iq type='result' to='juliet@example.com/balcony'/>
E: Updated";
    play(RegistrationMachine::register(account(ME)), &[on_file]);
    let removed = "
S: <iq type='result' from='example.com'/>
E: Unregistered
S: <stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>
S: </stream:stream>";
    play(unregister(), &[REMOVE, removed]);
}

/// An address is a must, and a question stands in for a picture; a refusal has a code, and uses the question up. After a
/// removal the stream just ends.
#[test]
fn tigase() {
    const FORM: &str = r#"
S: <iq type='result' from='example.com'><query xmlns='jabber:iq:register'>
     <instructions>Choose a user name and password for use with this service. Please provide also your e-mail address.</instructions>
     <x xmlns='jabber:x:data' type='form'><title>Account Registration</title>
       <instructions>Please provide the following information to sign up for an account</instructions>
       <field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>
       <field var='username' type='text-single' label='Username'><required/></field>
       <field var='password' type='text-private' label='Password'><required/></field>
       <field var='email' type='text-single' label='Email (MUST BE VALID!)'><required/></field>
       <field var='captcha-id' type='hidden'><value>c1</value></field>
       <field var='qa' type='text-single' label='Solve: 4 + 3 ='><required/></field></x>
   </query></iq>
E: FormOffered
   instructions Please provide the following information to sign up for an account
   qa* text-single "Solve: 4 + 3 ="
A: username=juliet
   password=s3cret & <one>
   email=j@x.example
   qa=8
C: <iq type='set' to='example.com'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'>
     <field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>
     <field var='username'><value>juliet</value></field>
     <field var='password'><value>s3cret &amp; &lt;one></value></field>
     <field var='email'><value>j@x.example</value></field>
     <field var='captcha-id'><value>c1</value></field>
     <field var='qa'><value>8</value></field></x></query></iq>
S: <iq type='error' from='example.com'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'>
     <field var='password'><value>s3cret &amp; &lt;one></value></field></x></query>
     <error code='405' type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
       <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>Invalid captcha</text></error></iq>
E: Refused(not-allowed, no form)
   code 405
   text Invalid captcha"#;
    let mut transcript = Transcript::new(register());
    transcript.hide(PASSWORD);
    transcript.play(&[GET, FORM].concat());
    // For a new question.
    transcript.machine.request_form().expect("it was used up");
    transcript.play(GET);
    let removed = "
S: <iq type='result' from='juliet@example.com'/>
E: Unregistered
S: </stream:stream>";
    play(unregister(), &[REMOVE, removed]);
}

/// A success that repeats the password; errors that have a code besides; white space around the fields.
#[test]
fn mongooseim() {
    let registered = "
S: <iq type='result' from='example.com'><query xmlns='jabber:iq:register'>
     <instructions>Choose a username and password to register with this server</instructions>
     <username/>
     <password/>
   </query></iq>
E: FormOffered
   fields
A: username=juliet
   password=s3cret & <one>
C: <iq type='set' to='example.com'><query xmlns='jabber:iq:register'><username>juliet</username><password>s3cret &amp; &lt;one></password></query></iq>
S: <iq type='error'><error code='500' type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
     <text xml:lang='en' xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Users are not allowed to register accounts so quickly</text></error></iq>
E: Refused(resource-constraint)
   code 500
   type wait
A: password=s3cret & <one>
C: <iq type='set' to='example.com'><query xmlns='jabber:iq:register'><username>juliet</username><password>s3cret &amp; &lt;one></password></query></iq>
S: <iq type='result' from='example.com'><query xmlns='jabber:iq:register'><username>juliet</username><password>s3cret &amp; &lt;one></password></query></iq>
E: Registered";
    play(register(), &[GET, registered]);
    let removed = "
S: <iq type='result' to='juliet@example.com/balcony'/>
E: Unregistered";
    play(unregister(), &[REMOVE, removed]);
}

/// Rules for passwords in several words, no `FORM_TYPE`, and a text of no name between the fields.
#[test]
fn metronome() {
    const FORM: &str = "
S: <iq type='result' from='example.com'><query xmlns='jabber:iq:register'>
     <x xmlns='jabber:x:data' type='form'>
       <field type='fixed'><value>Eight letters at least</value></field>
       <field var='username' type='text-single'><required/></field>
       <field var='password' type='text-private'><required/></field></x></query></iq>
E: FormOffered
   - fixed = Eight letters at least";
    const SET: &str = "
A: username=juliet
   password=s3cret & <one>
C: <iq type='set' to='example.com'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'>
     <field var='username'><value>juliet</value></field>
     <field var='password'><value>s3cret &amp; &lt;one></value></field></x></query></iq>";
    let refused = |kind: &str, condition: &str| {
        format!(
            "
S: <iq type='error' from='example.com'><error type='{kind}'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
E: Refused({condition})
   type {kind}"
        )
    };
    let policy = refused("modify", "policy-violation");
    let never = refused("cancel", "not-acceptable");
    let later = refused("wait", "not-acceptable");
    let done = "
S: <iq type='result' from='example.com'/>
E: Registered";
    let script = [GET, FORM, SET, &policy, SET, &never, SET, &later, SET, done];
    play(register(), &script);
}

/// Codes and echoes. Nobody is known there yet, or the answer is not good.
#[test]
fn a_component_on_slixmpp() {
    const ASK: &str = "
C: <iq type='get' to='gateway.example.net'><query xmlns='jabber:iq:register'/></iq>";
    let machine = || RegistrationMachine::register(service("gateway.example.net", ME));
    let unknown = "
S: <iq type='error' from='gateway.example.net'><query xmlns='jabber:iq:register'/>
     <error code='404' type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
E: Failed(item-not-found)
   code 404";
    play(machine(), &[ASK, unknown]);
    let mended = "
S: <iq type='result' from='gateway.example.net'><query xmlns='jabber:iq:register'><nick/></query></iq>
E: FormOffered
A: nick=j
C: <iq type='set' to='gateway.example.net'><query xmlns='jabber:iq:register'><nick>j</nick></query></iq>
S: <iq type='error' from='gateway.example.net'><query xmlns='jabber:iq:register'><nick>j</nick></query>
     <error code='406' type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
E: Refused(not-acceptable)
   code 406
   nick* text-single = j
A: nick=juliet
C: <iq type='set' to='gateway.example.net'><query xmlns='jabber:iq:register'><nick>juliet</nick></query></iq>
S: <iq type='result' from='gateway.example.net'/>
E: Registered";
    play(machine(), &[ASK, mended]);
}
