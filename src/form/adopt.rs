//! What was typed into an earlier form.

use super::Form;
use super::arena::{Challenge, Record};
use crate::error::Unfilled;

impl Form {
    /// Takes over what the caller had set in an earlier form, and tells which required fields are left.
    ///
    /// For a task that is begun anew, such as after the stream died while the user typed: fields are matched by name
    /// and kind. Hidden fields, such as `key`, and the answers to a challenge are the new form's own; what an invitation
    /// reserved in the earlier form nobody typed; and what is set already stays. A field `key` that the user can see is a
    /// question like any other, and its answer a secret.
    ///
    /// ```
    /// # use xmpp_registration::{Channel, Config, Event, Form, IdPrefix, Output, Peer, RegistrationMachine};
    /// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
    /// # let mut machine = RegistrationMachine::register(config);
    /// # machine.poll_output();
    /// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
    /// #     <username/><password/></query></iq>".parse::<minidom::Element>()?;
    /// # let _ = machine.handle_stanza(&reply);
    /// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
    /// # let mut earlier = form;
    /// earlier.set("username", "juliet")?;
    /// // The stream dies; a new one, a new machine, and its form:
    /// machine.handle_disconnect();
    /// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
    /// # let mut machine = RegistrationMachine::register(config);
    /// # machine.poll_output();
    /// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
    /// #     <username/><password/></query></iq>".parse::<minidom::Element>()?;
    /// # let _ = machine.handle_stanza(&reply);
    /// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
    /// let left = form.adopt(&earlier);
    /// assert_eq!(form.field("username").unwrap().value(), Some("juliet"));
    /// assert_eq!(left.names().collect::<Vec<_>>(), ["password"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn adopt(&mut self, earlier: &Form) -> Unfilled {
        self.take_over(earlier);
        self.unfilled()
    }

    /// What [`adopt`](Self::adopt) does to the form.
    pub(crate) fn take_over(&mut self, earlier: &Form) {
        for old in &earlier.arena.fields {
            let (Some(name), Some(typed)) = (
                earlier.arena.name(old),
                old.typed.of(earlier.arena.typed.as_str()),
            ) else {
                continue;
            };
            let Some(at) = self.arena.find(name) else {
                continue;
            };
            let new = &self.arena.fields[at];
            let fits = new.kind == old.kind && new.kind.is_visible() && !new.typed.is_some();
            // An invitation has its say in the forms of its own task only.
            let fits = fits && !old.reserved;
            let challenge = |record: &Record| record.challenge != Challenge::None;
            let fits = fits && self.has_room(typed.len() + 1, 0);
            if !fits || challenge(new) || challenge(old) {
                continue;
            }
            self.arena.type_into(at, core::iter::once(typed));
            if self.check_at(at).is_err() {
                self.arena.untype(at);
            }
        }
    }

    /// Forgets what a later form has asked for again, whatever became of it there. False: nothing is left that could be taken
    /// over.
    pub(crate) fn forget_what_is_asked_in(&mut self, later: &Form) -> bool {
        let mut is_left = false;
        for at in 0..self.arena.fields.len() {
            let old = &self.arena.fields[at];
            if !old.typed.is_some() {
                continue;
            }
            let asked = self.arena.name(old).and_then(|it| later.arena.find(it));
            if asked.is_some_and(|it| later.arena.fields[it].kind.is_visible()) {
                self.arena.untype(at);
            } else {
                is_left = true;
            }
        }
        is_left
    }
}
