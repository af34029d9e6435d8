//! The flows as the machine does them. [`Peer`] and [`IdPrefix`] are made once; all else is.

use minidom::Element;
use xmpp_registration::{
    Channel, Config, Event, Form, Handled, IdPrefix, Limits, Output, Peer, RegistrationMachine,
    Success,
};

use super::{EMAIL, OLD_PASSWORD, PASSWORD, Replies, USERNAME};

/// Whoever makes machines.
pub struct Maker {
    server: Peer,
    account: Peer,
    ids: IdPrefix,
}

impl Maker {
    pub fn new() -> Self {
        let me = "juliet@example.com/balcony".parse().expect("a full JID");
        Self {
            server: Peer::server("example.com").expect("a domain"),
            account: Peer::account(me),
            ids: IdPrefix::new("p").expect("a prefix"),
        }
    }

    pub fn config(&self) -> Config {
        Config::new(self.server.clone(), self.ids.clone(), Channel::Encrypted)
    }

    /// A machine that registers and has handed out its request, which is dropped.
    pub fn waiting(&self, limits: Limits) -> RegistrationMachine {
        let mut machine = RegistrationMachine::register(self.config().limits(limits));
        drop(sent(&mut machine));
        machine
    }

    /// A machine whose form is open.
    pub fn offered(&self, offer: &Element, limits: Limits) -> (RegistrationMachine, Form) {
        let mut machine = self.waiting(limits);
        let form = take_form(&mut machine, offer);
        (machine, form)
    }
}

/// LEGACY and FORM: an account is made.
pub fn register(maker: &Maker, replies: &Replies) {
    let (mut machine, mut form) = maker.offered(&replies.offer, Limits::default());
    let _ = form.fill(USERNAME, PASSWORD).expect("both are there");
    form.set("email", EMAIL).expect("it is there");
    conclude(&mut machine, form, &replies.success, Success::Registered);
}

/// ERRORFORM: a password is changed, on a second try.
pub fn change_password(maker: &Maker, replies: &Replies) {
    let config = Config::new(maker.account.clone(), maker.ids.clone(), Channel::Encrypted);
    let mut machine =
        RegistrationMachine::change_password(config, USERNAME, PASSWORD).expect("my own");
    drop(sent(&mut machine));
    let mut form = take_form(&mut machine, &replies.offer);
    let _ = form.fill(USERNAME, PASSWORD).expect("both are there");
    form.set("old_password", OLD_PASSWORD).expect("it is there");
    conclude(
        &mut machine,
        form,
        &replies.success,
        Success::PasswordChanged,
    );
}

/// A form whose every field is set by its name. The names are made before.
pub fn set_each(maker: &Maker, replies: &Replies, names: &[String]) {
    let (mut machine, mut form) = maker.offered(&replies.offer, large());
    for name in names {
        form.set(name, "value").expect("it is there");
    }
    conclude(&mut machine, form, &replies.success, Success::Registered);
}

/// One choice among many.
pub fn choose(maker: &Maker, replies: &Replies, choice: &str) {
    let (mut machine, mut form) = maker.offered(&replies.offer, large());
    form.set("choice", choice).expect("it is there");
    conclude(&mut machine, form, &replies.success, Success::Registered);
}

/// Bounds beyond what is measured.
pub fn large() -> Limits {
    Limits {
        fields: 1 << 21,
        options: 1 << 21,
        text_bytes: 1 << 28,
        picture_bytes: 1 << 28,
    }
}

/// From text to text: what a stream without a parser of its own does.
pub fn register_in_text(maker: &Maker, offer: &str, success: &str) -> usize {
    let mut machine = RegistrationMachine::register(maker.config());
    let mut written = String::from(&sent(&mut machine)).len();
    let mut form = take_form(&mut machine, &offer.parse().expect("XML"));
    let _ = form.fill(USERNAME, PASSWORD).expect("both are there");
    form.set("email", EMAIL).expect("it is there");
    let answer = form.finish().expect("it is filled in");
    machine.submit(answer).expect("the form is open");
    written += String::from(&sent(&mut machine)).len();
    end(
        &mut machine,
        &success.parse().expect("XML"),
        Success::Registered,
    );
    written
}

fn conclude(machine: &mut RegistrationMachine, form: Form, reply: &Element, success: Success) {
    let answer = form.finish().expect("it is filled in");
    machine.submit(answer).expect("the form is open");
    drop(sent(machine));
    end(machine, reply, success);
}

fn end(machine: &mut RegistrationMachine, reply: &Element, success: Success) {
    assert_eq!(machine.handle_stanza(reply), Handled::Consumed);
    let output = machine.poll_output();
    assert!(matches!(output, Some(Output::Event(Event::Succeeded(it))) if it == success));
    assert!(machine.is_finished());
}

fn sent(machine: &mut RegistrationMachine) -> Element {
    match machine.poll_output() {
        Some(Output::Send(stanza)) => stanza,
        other => panic!("a request, not {other:?}"),
    }
}

fn take_form(machine: &mut RegistrationMachine, offer: &Element) -> Form {
    assert_eq!(machine.handle_stanza(offer), Handled::Consumed);
    match machine.poll_output() {
        Some(Output::Event(
            Event::FormOffered(form)
            | Event::Refused {
                form: Some(form), ..
            },
        )) => form,
        other => panic!("a form, not {other:?}"),
    }
}
