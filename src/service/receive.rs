//! From a stanza to an event, or to an answer at once.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;

use minidom::Element;
use minidom::rxml::Namespace;
use zeroize::Zeroizing;

use super::request::{Envelope, Filled, LONGEST_ID, LONGEST_JID, ReplyTo, Values};
use super::store::OpenForm;
use super::submitted::{self, Content, Entries};
use super::{
    FormRequest, Purpose, Refusal, RegistrationService, Requester, ServiceEvent, ServiceOutput,
    Submission, TokenRequest, answer, check, query,
};
use crate::config::StreamNamespace;
use crate::event::Handled;
use crate::form::media;
use crate::iq::Kind;
use crate::stanza_error::Condition;
use crate::xml::{self, NS_PREAUTH, NS_REGISTER};

/// No language tag is longer (RFC 5646 section 4.4.1 expects 35).
const LONGEST_LANG: usize = 64;

/// What the one payload of an IQ asks for.
#[derive(Clone, Copy)]
enum Asked<'a> {
    Form,
    Submit(&'a Element),
    Token(&'a Element),
    Picture(&'a str),
    /// There is none, or another one beside it (RFC 6120 section 8.2.3).
    Unclear,
}

impl RegistrationService {
    pub(super) fn receive(&mut self, requester: Requester, stanza: &Element) -> Handled {
        let to = stanza.attr("to");
        if !is_iq(stanza) || !self.config.role.is_addressed(to, requester.account()) {
            return Handled::NotMine;
        }
        let Some(asked) = self.asked(stanza) else {
            return Handled::NotMine;
        };
        let reply = self.reply_to(requester, stanza);
        let done = if reply.id.is_none() {
            Err(bad("the request has no id, or one that is too long"))
        } else {
            self.handle(&reply, asked)
        };
        match done {
            Ok(Next::Event(event)) => self.queue.push(ServiceOutput::Event(event)),
            Ok(Next::Result(payload)) => {
                let stanza = answer::result(&self.config, &reply, payload);
                let _ = self.send(reply, stanza);
            }
            Err(refusal) => {
                let mut answer = answer::error(&self.config, &reply, &refusal, None);
                answer_under_any_id(&mut answer, stanza);
                let _ = self.send(reply, answer);
            }
        }
        Handled::Consumed
    }

    /// `None`: it is for somebody else.
    fn asked<'a>(&self, stanza: &'a Element) -> Option<Asked<'a>> {
        let kind = Kind::read(stanza.attr("type"));
        if !matches!(kind, Kind::Get | Kind::Set) {
            return None;
        }
        let asked = |it: &'a Element| self.payload(kind, it);
        let mut payloads = stanza.children();
        match (payloads.next(), payloads.next()) {
            (None, _) => Some(Asked::Unclear),
            (Some(only), None) => asked(only),
            // Two payloads are ours to refuse if one is ours.
            (Some(_), Some(_)) => stanza.children().find_map(asked).map(|_| Asked::Unclear),
        }
    }

    fn payload<'a>(&self, kind: Kind, payload: &'a Element) -> Option<Asked<'a>> {
        if payload.is("query", NS_REGISTER) {
            return Some(match kind {
                Kind::Get => Asked::Form,
                _ => Asked::Submit(payload),
            });
        }
        if payload.is("preauth", NS_PREAUTH) && kind == Kind::Set && self.config.role.is_server() {
            return Some(Asked::Token(payload));
        }
        // Before a picture was offered, somebody else may hand out bits of binary at this address.
        let cid = media::data_cid(payload).filter(|_| kind == Kind::Get && self.has_pictures)?;
        Some(Asked::Picture(cid))
    }

    fn handle(&mut self, reply: &ReplyTo, asked: Asked<'_>) -> Result<Next, Refusal> {
        match asked {
            Asked::Unclear => Err(bad("a request has one payload")),
            Asked::Picture(cid) => self.picture(&reply.requester, cid),
            Asked::Form => {
                let envelope = self.envelope(reply)?;
                let request = FormRequest { envelope };
                Ok(Next::Event(ServiceEvent::FormRequested(request)))
            }
            Asked::Token(preauth) => self.token(reply, preauth),
            Asked::Submit(query) => self.submission(reply, query),
        }
    }

    /// Only to whom it was made for, and as long as the challenge is open.
    fn picture(&self, who: &Requester, cid: &str) -> Result<Next, Refusal> {
        let open = self.forms.get(who);
        let captcha = open.and_then(|it| it.offer.0.captcha.as_ref());
        let asked = captcha.filter(|it| it.cid() == Some(cid));
        match asked.and_then(super::Captcha::data) {
            Some(data) => Ok(Next::Result(Some(data))),
            None => Err(Refusal::new(Condition::ItemNotFound)),
        }
    }

    fn token(&mut self, reply: &ReplyTo, preauth: &Element) -> Result<Next, Refusal> {
        if reply.requester.account().is_some() {
            let text = "a token is for making an account, before login";
            return Err(Refusal::told(Condition::UnexpectedRequest, text));
        }
        let token = preauth.attr("token").filter(|it| !it.is_empty());
        let token = token.ok_or_else(|| bad("the token is missing"))?;
        if xml::forbidden(token).is_some() {
            return Err(bad("the token holds a character that XML forbids"));
        }
        if token.len() > self.config.limits.submission.text_bytes {
            let text = "the token is longer than this service takes";
            return Err(Refusal::told(Condition::PolicyViolation, text));
        }
        let envelope = self.envelope(reply)?;
        let token = Zeroizing::new(String::from(token));
        let request = TokenRequest { envelope, token };
        Ok(Next::Event(ServiceEvent::TokenPresented(request)))
    }

    fn submission(&mut self, reply: &ReplyTo, query: &Element) -> Result<Next, Refusal> {
        let envelope = self.envelope(reply)?;
        let content = submitted::read(query, &self.config.limits.submission);
        let (purpose, values, filled) = match content {
            Ok(Content::Cancel(x)) => {
                self.cancel(&reply.requester, x);
                return Ok(Next::Result(None));
            }
            Ok(Content::Remove) => (Purpose::Remove, Values::default(), Filled::default()),
            Ok(Content::Fields(entries)) => self.fields(&reply.requester, entries)?,
            Ok(Content::Form(entries)) => self.form(&reply.requester, entries)?,
            Err(refusal) => {
                // A submission nobody could read uses a challenge up too: otherwise one could be tried for free.
                self.use_up(&reply.requester);
                return Err(refusal);
            }
        };
        self.check_identity(&reply.requester, purpose, &values)?;
        Ok(Next::Event(ServiceEvent::Submitted(Submission {
            envelope,
            purpose,
            values,
            filled,
        })))
    }

    fn fields(&mut self, who: &Requester, entries: Entries) -> Result<Checked, Refusal> {
        if self.config.role.is_server() && who.account().is_some() {
            let known = |name: &String| matches!(&**name, "username" | "password");
            let about_password = entries.keys().all(known);
            if about_password && entries.len() == 2 {
                // Even where a form is open, which another of the user's clients may have asked for (XEP-0077 section 3.3).
                let values = check::password_change(entries)?;
                return Ok((Purpose::ChangePassword, values, Filled::default()));
            }
            if about_password && self.forms.get(who).is_none() {
                return Err(bad(
                    "a change of the password needs `username` and `password`",
                ));
            }
        }
        if self.forms.get(who).is_some_and(|it| it.purpose.is_some()) {
            // Only its data form was sent: these were typed for something else, and are not what was demanded. Nothing was
            // tried, so it stays open, even if it is good for one answer.
            let text = "fill in the data form that was demanded";
            return Err(Refusal::told(Condition::NotAcceptable, text));
        }
        let form = self.form_for(who)?;
        let values = check::fields(&form.offer.0, entries)?;
        Ok((Purpose::Register, values, form.filled(Purpose::Register)))
    }

    fn form(&mut self, who: &Requester, entries: Entries) -> Result<Checked, Refusal> {
        let form = self.form_for(who)?;
        let (purpose, values) = check::data_form(&form.offer.0, form.trigger(), entries)?;
        Ok((purpose, values, form.filled(purpose)))
    }

    /// What a submission is checked against: the requester's open form, else the standing one.
    fn form_for(&mut self, who: &Requester) -> Result<OpenForm, Refusal> {
        if let Some(form) = self.forms.get(who) {
            let form = form.clone();
            self.use_up(who);
            return Ok(form);
        }
        // A challenge or a key is made for one requester.
        let standing = self.config.standing.as_ref();
        let standing = standing.filter(|it| !it.0.single_use).ok_or_else(|| {
            let text = "ask for the form first, and fill that in";
            Refusal::told(Condition::NotAcceptable, text)
        })?;
        let from = self.config.role.address().into();
        Ok(OpenForm::new(standing.clone(), from, None, None))
    }

    /// A challenge is good for one submission, whatever comes of it.
    fn use_up(&mut self, who: &Requester) {
        if self.forms.get(who).is_some_and(|it| it.offer.0.single_use) {
            self.forms.forget(who);
        }
    }

    /// Closes the form, unless the one that is cancelled says that it is another one, which another of the account's clients
    /// has asked for since.
    fn cancel(&mut self, who: &Requester, x: &Element) {
        let Some(open) = self.forms.get(who) else {
            return;
        };
        let [form_type, demanded_for] = query::identity(&open.offer.0, open.purpose);
        let is = |name, wanted: Option<&str>| match (submitted::value_of(x, name), wanted) {
            (Some(value), Some(wanted)) => is_text(value, wanted),
            (value, wanted) => value.is_none() && wanted.is_none(),
        };
        let is_told = submitted::value_of(x, "FORM_TYPE").is_some();
        if !is_told || (is("FORM_TYPE", form_type) && is(query::DEMANDED_FOR, demanded_for)) {
            self.forms.forget(who);
        }
    }

    /// Whose password or registration it is (XEP-0077 sections 3.2 and 3.3).
    fn check_identity(
        &self,
        who: &Requester,
        purpose: Purpose,
        values: &Values,
    ) -> Result<(), Refusal> {
        if purpose == Purpose::Register || !self.config.role.is_server() {
            return Ok(());
        }
        let Some(account) = who.account() else {
            return Err(Refusal::unexpected());
        };
        let named = values.0.iter().filter(|(name, _)| &**name == "username");
        let mut typed = named.flat_map(|(_, values)| values.iter());
        if typed.all(|typed| self.config.role.is_own_name(account, typed)) {
            return Ok(());
        }
        let text = "the user name is not that of the account that is logged in";
        Err(Refusal::told(Condition::Forbidden, text))
    }

    fn envelope(&mut self, reply: &ReplyTo) -> Result<Envelope, Refusal> {
        let ticket = self.waiting.take(&reply.requester, &self.config.limits);
        let ticket = ticket.ok_or_else(|| {
            let text = "too many requests wait for an answer: try again later";
            Refusal::told(Condition::ResourceConstraint, text)
        })?;
        Ok(Envelope {
            service: Arc::clone(&self.identity),
            ticket,
            reply: Box::new(reply.clone()),
        })
    }

    fn reply_to(&self, requester: Requester, stanza: &Element) -> ReplyTo {
        let writable = |it: &&str| xml::forbidden(it).is_none();
        let is_account = requester.account().is_some();
        // An address can be spelt in many letters more than it has.
        let from = stanza.attr("to").filter(writable);
        let from = from.filter(|it| it.len() <= LONGEST_JID);
        let lang = xml::lang(stanza).filter(|it| it.len() <= LONGEST_LANG);
        let id = stanza.attr("id").filter(writable);
        ReplyTo {
            id: id.filter(|it| it.len() <= LONGEST_ID).map(Box::from),
            // Before login nobody has an address, whatever they say.
            to: stanza
                .attr("from")
                .filter(|_| is_account)
                .filter(writable)
                .map(Box::from),
            from: from.unwrap_or(self.config.role.address()).into(),
            lang: lang.map(Box::from),
            requester,
        }
    }
}

/// What a submission is for, what it holds, and which form it fills in.
type Checked = (Purpose, Values, Filled);

/// What follows a request at once.
enum Next {
    Event(ServiceEvent),
    Result(Option<Element>),
}

/// Whether an element holds this text, in however many pieces.
fn is_text(element: &Element, text: &str) -> bool {
    let pieces = element.texts().flat_map(str::bytes);
    pieces.eq(text.bytes())
}

fn is_iq(stanza: &Element) -> bool {
    stanza.name() == "iq" && StreamNamespace::URIS.iter().any(|uri| stanza.has_ns(*uri))
}

/// An error goes back under the id even where it is too long to be kept, and is copied once for that.
fn answer_under_any_id(answer: &mut Element, request: &Element) {
    let id = request.attr("id").filter(|it| xml::forbidden(it).is_none());
    if let (None, Some(id)) = (answer.attr("id"), id) {
        answer.set_attr(Namespace::NONE, xml::name("id"), id);
    }
}

fn bad(text: &str) -> Refusal {
    Refusal::told(Condition::BadRequest, text)
}
