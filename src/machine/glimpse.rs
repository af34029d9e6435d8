//! What a stanza would be, without reading it.

use minidom::Element;

use super::RegistrationMachine;
use crate::event::Recognised;
use crate::iq::{self, Head, Kind, Match};
use crate::offer::{self, Glimpse};
use crate::state::State;

impl RegistrationMachine {
    /// What a stanza would be to this machine. It changes nothing and copies nothing.
    ///
    /// For whoever drives many machines on one stream, or wants to log what came: a stanza that is not this machine's
    /// costs next to nothing, and a form is recognised without a copy of it. What [`handle_stanza`](Self::handle_stanza)
    /// makes of it may still differ: neither bounds ([`Limits`](crate::Limits)) nor characters are checked here.
    ///
    /// ```
    /// # use xmpp_registration::{Channel, Config, IdPrefix, Peer, Recognised, RegistrationMachine};
    /// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
    /// let mut machine = RegistrationMachine::register(config);
    /// machine.poll_output();
    /// let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
    ///     <username/><password/></query></iq>".parse()?;
    /// assert_eq!(machine.recognise(&reply), Recognised::Form);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn recognise(&self, stanza: &Element) -> Recognised {
        let Some(Head { serial, from, kind }) = iq::head(stanza, &self.config.ids) else {
            return Recognised::NotMine;
        };
        match self.match_reply(serial, from, kind) {
            Match::Reply => self.recognise_reply(stanza, kind),
            Match::Fetched => Recognised::Media,
            Match::NotMine => Recognised::NotMine,
            Match::Ignored(reason, _) => Recognised::Ignored(reason),
        }
    }

    fn recognise_reply(&self, stanza: &Element, kind: Kind) -> Recognised {
        let in_error = kind == Kind::Error;
        match self.state {
            State::Set(..) if in_error && self.is_demand(stanza) => Recognised::Alternative,
            _ if in_error => Recognised::Refusal,
            State::Form(_) => match offer::glimpse(stanza) {
                Glimpse::Form => Recognised::Form,
                Glimpse::Redirect => Recognised::Redirect,
                Glimpse::Nothing => Recognised::Nothing,
            },
            _ => Recognised::Success,
        }
    }

    /// Whether a refusal brings another form, which is of use unless nobody was heard.
    fn is_demand(&self, refusal: &Element) -> bool {
        offer::alternative(refusal).is_some() && !self.is_unheard(refusal)
    }
}
