//! What the model says to a caller who submits an answer or requests a form anew.

use xmpp_registration::{Channel, Misuse};

use super::{Ask, Expected, Held, Model, Said};
use crate::ops::{Filling, Name, PICTURE, Task, Which, Who};

impl Model {
    pub(super) fn submit(&mut self, which: Which, filling: Filling) -> Expected {
        let at = match which {
            Which::Newest => self.hand.len().checked_sub(1),
            Which::Oldest => Some(0).filter(|_| !self.hand.is_empty()),
            Which::Foreign => return Expected::Called(self.why_not(None, filling)),
        };
        let Some(at) = at else {
            return Expected::Nothing;
        };
        self.hand[at].facts.type_all();
        let why = self.why_not(Some(&self.hand[at]), filling);
        if why.is_empty() {
            let held = self.hand.remove(at);
            self.send(held, filling);
        }
        Expected::Called(why)
    }

    /// `None`: an answer to another machine's form.
    fn why_not(&self, held: Option<&Held>, filling: Filling) -> Vec<Misuse> {
        if self.done {
            return vec![Misuse::Finished];
        }
        if self.out.is_some() || self.queued {
            return vec![Misuse::AwaitingReply];
        }
        let Some(held) = held else {
            return vec![Misuse::ForeignAnswer, Misuse::StaleAnswer];
        };
        let mut why = Vec::new();
        if self.open != Some(held.number) {
            why.push(Misuse::StaleAnswer);
        }
        if self.setup.channel == Channel::Plaintext && held.facts.has_password() {
            why.push(Misuse::PlaintextChannel);
        }
        if self.setup.who == Who::Server && held.facts.removes(filling.yes) {
            why.push(Misuse::NotLoggedIn);
        }
        let named = held.facts.find("username").is_some();
        if self.setup.who == Who::Account && named && filling.name == Name::Other {
            why.push(Misuse::NotMyAccount);
        }
        why
    }

    fn send(&mut self, held: Held, filling: Filling) {
        let facts = held.facts.clone();
        let removes = facts.removes(filling.yes);
        // Who is asked whether to go, and says no, stays.
        let stays = facts.has_remove() && !filling.yes;
        let goal = match self.setup.task {
            Task::Unregister if stays => "updated",
            Task::Unregister => "unregistered",
            _ if removes => "unregistered",
            Task::ChangePassword => "password changed",
            _ if self.setup.who == Who::Account || self.registered => "updated",
            _ => "registered",
        };
        let mut what = String::from(if facts.data { "data" } else { "legacy" });
        if facts.find("username").is_some() {
            what += " of ";
            what += self.name_sent(filling.name, facts.data);
        }
        let ask = Ask::Answer {
            goal,
            removes: goal == "unregistered",
        };
        self.ask("set", &what, ask);
        let facts = held.facts.without_secrets();
        let before = self.kept.take().map(|it| it.facts);
        self.earlier.extend(before);
        self.earlier.retain_mut(|it| it.forget_what_is_in(&facts));
        if self.earlier.len() > 3 {
            // The first and the last two.
            self.earlier.remove(1);
        }
        let number = held.number;
        self.kept = Some(Held { number, facts });
    }

    /// Rule 2: at one's own account, one's own name; a data form may hold the bare JID.
    pub(super) fn name_sent(&self, typed: Name, data: bool) -> &'static str {
        match typed {
            _ if self.setup.who != Who::Account => typed.text(),
            Name::OwnJid if data => typed.text(),
            _ => Name::Own.text(),
        }
    }

    pub(super) fn request_form(&mut self) -> Vec<Misuse> {
        if self.done {
            return vec![Misuse::Finished];
        }
        let mut why = Vec::new();
        if self.out.is_some() || self.queued {
            why.push(Misuse::AwaitingReply);
        }
        if !self.registers() {
            why.push(Misuse::NotRegistering);
        }
        if why.is_empty() {
            self.open = None;
            self.forget_picture();
            self.ask("get", "form", Ask::Form);
        }
        why
    }

    /// Beside the task, one picture at a time, while a form is open.
    pub(super) fn fetch_media(&mut self) -> Vec<Misuse> {
        if self.done {
            return vec![Misuse::Finished];
        }
        if self.out.is_some() || self.queued || self.fetch.is_some() {
            return vec![Misuse::AwaitingReply];
        }
        if self.open.is_none() {
            return vec![Misuse::StaleAnswer];
        }
        self.made += 1;
        self.fetch = Some(self.made);
        let words = self.addressed("get", &format!("media {PICTURE}"));
        self.queue.push_back(Said::Fetch(words));
        Vec::new()
    }

    /// The form is gone that the picture was for: if nobody has asked for it yet, nobody will, under this number.
    pub(super) fn forget_picture(&mut self) {
        if self.fetch.is_some_and(|fetch| fetch > self.handed) {
            self.handed += 1;
            self.queue.retain(|said| !matches!(said, Said::Fetch(_)));
        }
        self.fetch = None;
    }
}
