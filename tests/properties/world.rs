//! The machine under test, and a caller who does what a script says and keeps what comes.

use std::fmt::Write as _;

use minidom::Element;
use xmpp_registration::{
    Channel, Event, Field, FieldKind, Form, Handled, Misuse, Output, Recognised,
    RegistrationMachine, Value,
};

use crate::model::Expected;
use crate::ops::{
    CAPTCHA, FOREIGN_PREFIX, Filling, Id, OLD_PASSWORD, Op, PASSWORD, PICTURE, PREFIX, PRIVATE,
    Setup, Task, Which, Who,
};
use crate::words::{contents, describe, show_event};

/// What a call brought.
#[derive(Debug, Clone, PartialEq)]
pub enum Did {
    Nothing,
    Polled(Vec<String>),
    Consumed(bool),
    Called(Result<(), Misuse>),
}

impl Did {
    pub fn agrees_with(&self, expected: &Expected) -> bool {
        match (self, expected) {
            (Did::Nothing, Expected::Nothing) => true,
            (Did::Polled(did), Expected::Polled(expected)) => did == expected,
            (Did::Consumed(did), Expected::Consumed(expected)) => did == expected,
            (Did::Called(Ok(())), Expected::Called(why)) => why.is_empty(),
            (Did::Called(Err(why)), Expected::Called(any)) => any.contains(why),
            _ => false,
        }
    }
}

pub struct World {
    setup: Setup,
    pub machine: RegistrationMachine,
    /// What the last call handed out; its forms are taken to hand by the next one.
    pub fresh: Vec<Output>,
    /// The ids of the requests handed out.
    pub ids: Vec<String>,
    pub hand: Vec<Form>,
    /// All that `Debug` and `Display` showed of anything in the last call.
    pub shown: String,
    /// What the last misuse had an effect on, if it had any.
    pub misuse_changed: Option<String>,
}

impl World {
    pub fn begin(setup: Setup) -> Result<World, Misuse> {
        Ok(World {
            setup,
            machine: setup.machine()?,
            fresh: Vec::new(),
            ids: Vec::new(),
            hand: Vec::new(),
            shown: String::new(),
            misuse_changed: None,
        })
    }

    pub fn act(&mut self, op: &Op) -> Did {
        self.settle();
        self.shown.clear();
        let did = match op {
            Op::Poll(times) => self.poll(times.map_or(usize::MAX, usize::from)),
            Op::Stanza(reply) => {
                let stanza = reply.element(self.id(reply.id).as_deref());
                let seen = self.machine.recognise(&stanza);
                let handled = self.machine.handle_stanza(&stanza);
                let counts = !matches!(seen, Recognised::NotMine | Recognised::Ignored(_));
                assert!(!counts || handled == Handled::Consumed, "{seen:?}");
                Did::Consumed(handled == Handled::Consumed)
            }
            Op::Malformed(id, sender, kind) => {
                let id = self.id(*id).unwrap_or_default();
                let handled = self
                    .machine
                    .handle_malformed_iq(&id, sender.text(), kind.text());
                Did::Consumed(handled == Handled::Consumed)
            }
            Op::StreamError(error) => {
                let xml =
                    format!("<error xmlns='http://etherx.jabber.org/streams'>{error}</error>");
                let error = xml.parse().expect("these errors are well-formed");
                self.machine.handle_stream_error(&error);
                Did::Nothing
            }
            Op::Timeout => {
                self.machine.handle_timeout();
                Did::Nothing
            }
            Op::Disconnect => {
                self.machine.handle_disconnect();
                Did::Nothing
            }
            Op::Submit(which, filling) => self.submit(*which, *filling),
            Op::RequestForm => self.call(RegistrationMachine::request_form),
            Op::FetchMedia => self.call(|machine| machine.fetch_media(PICTURE)),
        };
        self.show_machine();
        did
    }

    /// Takes the forms to hand.
    pub fn settle(&mut self) {
        for output in self.fresh.drain(..) {
            if let Output::Event(
                Event::FormOffered(form)
                | Event::Refused {
                    form: Some(form), ..
                },
            ) = output
            {
                self.hand.push(form);
            }
        }
    }

    fn show_machine(&mut self) {
        let _ = write!(self.shown, "{:?}{:#?}", self.machine, self.machine);
    }

    fn poll(&mut self, most: usize) -> Did {
        while self.fresh.len() < most
            && let Some(output) = self.machine.poll_output()
        {
            if let Output::Send(stanza) = &output {
                self.ids.extend(stanza.attr("id").map(String::from));
            }
            let _ = write!(self.shown, "{output:?}{output:#?}");
            if let Output::Event(event) = &output {
                show_event(event, &mut self.shown);
            }
            self.fresh.push(output);
        }
        Did::Polled(self.fresh.iter().map(describe).collect())
    }

    fn id(&self, id: Id) -> Option<String> {
        // Not one more than there are ids: a request for a picture may be dropped with its number.
        let last = self.ids.last().and_then(|id| id.rsplit('-').next());
        let next = last.map_or(1, |last| last.parse().unwrap_or(0) + 1);
        let current = self
            .ids
            .last()
            .cloned()
            .unwrap_or_else(|| format!("{PREFIX}-1"));
        match id {
            Id::Current => Some(current),
            Id::Earlier(which) => {
                let earlier = self.ids.len().saturating_sub(1).max(1);
                let earlier = self.ids.get(usize::from(which) % earlier);
                Some(earlier.cloned().unwrap_or(current))
            }
            Id::Future => Some(format!("{PREFIX}-{next}")),
            Id::Foreign => Some(format!("{FOREIGN_PREFIX}-1")),
            Id::Mangled(how) => Some(match how % 7 {
                0 => format!("{current} "),
                1 => current.to_uppercase(),
                2 => current.replace('-', "-0"),
                3 => PREFIX.into(),
                4 => format!("{PREFIX}-18446744073709551617"),
                5 => format!("{PREFIX}-+1"),
                _ => String::new(),
            }),
            Id::Absent => None,
        }
    }

    fn submit(&mut self, which: Which, filling: Filling) -> Did {
        let form = match which {
            Which::Newest => self.hand.pop(),
            Which::Oldest => (!self.hand.is_empty()).then(|| self.hand.remove(0)),
            Which::Foreign => Some(self.foreign_form()),
        };
        let Some(mut form) = form else {
            return Did::Nothing;
        };
        self.mistype(&mut form);
        fill(&mut form, filling);
        let _ = write!(self.shown, "{form:?}{form:#?}");
        let before = (format!("{:?}", self.machine), contents(&form));
        let answer = form.finish().expect("it is filled in well");
        let _ = write!(self.shown, "{answer:?}");
        match self.machine.submit(answer) {
            Ok(()) => Did::Called(Ok(())),
            Err(rejected) => {
                let _ = write!(self.shown, "{rejected}{rejected:?}");
                self.check_misuse(&before.0, Some(&rejected.why));
                let form = rejected.answer.into_form();
                if contents(&form) != before.1 {
                    self.misuse_changed = Some("the answer that came back is another".into());
                }
                match which {
                    Which::Newest => self.hand.push(form),
                    Which::Oldest => self.hand.insert(0, form),
                    Which::Foreign => {}
                }
                Did::Called(Err(rejected.why))
            }
        }
    }

    fn call(&mut self, call: impl FnOnce(&mut RegistrationMachine) -> Result<(), Misuse>) -> Did {
        let before = format!("{:?}", self.machine);
        let called = call(&mut self.machine);
        self.check_misuse(&before, called.as_ref().err());
        Did::Called(called)
    }

    fn check_misuse(&mut self, before: &str, why: Option<&Misuse>) {
        if let Some(why) = why {
            let _ = write!(self.shown, "{why}{why:?}");
            if before != format!("{:?}", self.machine) {
                self.misuse_changed = Some(format!("{why:?} changed the machine"));
            }
        }
    }

    /// What a user may do on the way: an illegal character, and a form that is not ready.
    fn mistype(&mut self, form: &mut Form) {
        let before = contents(form);
        let names: Vec<String> = form
            .fields()
            .filter_map(|field| field.name().map(String::from))
            .collect();
        for name in names {
            let error = form
                .set(&name, format!("{PASSWORD}\u{1}"))
                .expect_err("no field takes this character");
            let _ = write!(self.shown, "{error}{error:?}");
        }
        assert_eq!(contents(form), before, "a value that was refused was kept");
    }

    fn foreign_form(&self) -> Form {
        let setup = Setup {
            task: Task::Register,
            channel: Channel::Encrypted,
            ..self.setup
        };
        let mut machine = setup
            .machine_with_ids(FOREIGN_PREFIX)
            .expect("anybody may register");
        let Some(Output::Send(_)) = machine.poll_output() else {
            panic!("a form is requested first");
        };
        let from = match setup.who {
            Who::Server | Who::Account => String::new(),
            Who::Service => format!(" from='{}'", crate::ops::SERVICE),
        };
        let xml = format!(
            "<iq xmlns='jabber:client' type='result' id='{FOREIGN_PREFIX}-1'{from}>\
             <query xmlns='jabber:iq:register'><username/><password/></query></iq>"
        );
        let reply: Element = xml.parse().expect("well-formed");
        assert_eq!(machine.handle_stanza(&reply), Handled::Consumed);
        match machine.poll_output() {
            Some(Output::Event(Event::FormOffered(form))) => form,
            other => panic!("a form is offered, not {other:?}"),
        }
    }
}

/// Every field that a user can fill in gets a value that fits.
pub fn fill(form: &mut Form, filling: Filling) {
    form.answer_each(|field| Some(value_for(field, filling)))
        .expect("every value is legal");
}

fn value_for(field: Field<'_>, filling: Filling) -> Value {
    let name = field.name().unwrap_or_default();
    let first = field.options().next().map_or("x", |option| option.value());
    match field.kind() {
        FieldKind::Boolean => filling.yes.into(),
        FieldKind::ListSingle => first.into(),
        FieldKind::ListMulti => field
            .options()
            .map(|option| option.value().to_string())
            .collect::<Vec<_>>()
            .into(),
        FieldKind::JidSingle => "nurse@example.com".into(),
        FieldKind::JidMulti => ["nurse@example.com", "tybalt@example.com"].into(),
        FieldKind::TextMulti => "one\ntwo".into(),
        FieldKind::TextPrivate if name == "password" => PASSWORD.into(),
        FieldKind::TextPrivate if name == "old_password" => OLD_PASSWORD.into(),
        FieldKind::TextPrivate => PRIVATE.into(),
        _ if name == "password" => PASSWORD.into(),
        _ if name == "username" => filling.name.text().into(),
        _ if name == "ocr" => CAPTCHA.into(),
        _ => "text".into(),
    }
}
