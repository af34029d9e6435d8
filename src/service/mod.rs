#![doc = include_str!("service.md")]

mod answer;
mod captcha;
mod check;
mod config;
mod data_form;
mod event;
mod features;
mod form_xml;
mod offer;
mod offer_error;
mod query;
mod receive;
mod refusal;
mod request;
mod respond;
mod store;
mod submitted;
mod validate;

use alloc::sync::Arc;
use core::fmt;

use minidom::Element;

use crate::event::Handled;
use crate::queue::Queue;
use crate::stanza_error::{Condition, ErrorType};
use respond::trigger;
use store::{OpenForms, Waiting};

pub use captcha::Captcha;
pub use config::{Requester, ServiceConfig, ServiceLimits};
pub use data_form::{DataForm, FormField};
pub use event::{ServiceEvent, ServiceOutput};
pub use features::{disco_features, stream_feature, token_features};
pub use offer::{Fields, Offer, OfferBuilder};
pub use offer_error::OfferError;
pub use refusal::Refusal;
pub use request::{
    Acceptable, AnswerError, Answered, FormRequest, Purpose, Request, Submission, TokenRequest,
    Unanswered,
};

#[doc = include_str!("registration_service.md")]
pub struct RegistrationService {
    config: ServiceConfig,
    /// Every request points to it, so that another service's is told apart.
    identity: Arc<()>,
    waiting: Waiting,
    forms: OpenForms,
    /// Pictures were offered: questions for them are ours.
    has_pictures: bool,
    queue: Queue<ServiceOutput>,
}

impl RegistrationService {
    /// A service without requests.
    #[must_use]
    pub fn new(config: ServiceConfig) -> Self {
        RegistrationService {
            config,
            identity: Arc::new(()),
            waiting: Waiting::default(),
            forms: OpenForms::default(),
            has_pictures: false,
            queue: Queue::new(),
        }
    }

    /// Takes a stanza whose `from` is true: the server stamped it after login, or checked it.
    ///
    /// With [`Handled::NotMine`] nothing is queued: handle it as if there were no service, where a get or set must still
    /// be answered by somebody. Nothing that a peer sends makes it fail.
    #[doc = include_str!("handle_stanza.md")]
    pub fn handle_stanza(&mut self, stanza: &Element) -> Handled {
        match self.config.role.requester(stanza.attr("from")) {
            Some(account) => self.receive(Requester::Account(account), stanza),
            None => Handled::NotMine,
        }
    }

    /// Takes a stanza of a stream before login, under the number that the application gave the stream. Whatever `from`
    /// it has is ignored. For [`ServiceConfig::server`] only; others handle nothing here.
    pub fn handle_stanza_before_login(&mut self, stream: u64, stanza: &Element) -> Handled {
        if self.config.role.is_server() {
            self.receive(Requester::Stream(stream), stanza)
        } else {
            Handled::NotMine
        }
    }

    /// Tells that a stream ended or logged in, or that an account is gone: its open form, its unanswered requests and
    /// what is queued for it are forgotten. An answer that comes later is [`Answered::NobodyWaits`].
    ///
    /// Tell it of every stream before login; otherwise its form is kept until there are too many.
    #[doc = include_str!("requester_gone.md")]
    pub fn requester_gone(&mut self, requester: &Requester) {
        self.forms.forget(requester);
        self.waiting.forget(requester);
        self.queue.retain(|it| it.requester() != requester);
    }

    /// What to do next; `None`: nothing for now.
    pub fn poll_output(&mut self) -> Option<ServiceOutput> {
        self.queue.pop()
    }

    /// Answers with an offer (XEP-0077 section 3.1). What is submitted next by this requester is checked against it, and
    /// against no earlier one: a requester has one open form.
    ///
    /// # Errors
    /// [`Unanswered`] gives the request back: [`AnswerError::ForeignRequest`].
    pub fn offer(
        &mut self,
        request: FormRequest,
        offer: &Offer,
    ) -> Result<Answered, Unanswered<FormRequest>> {
        let request = self.mine(request)?;
        let Some(reply) = self.end(request) else {
            return Ok(Answered::NobodyWaits);
        };
        let query = query::offer(&offer.0, trigger(&reply, None));
        self.open(&reply, offer, None);
        let stanza = answer::result(&self.config, &reply, Some(query));
        Ok(self.send(reply, stanza))
    }

    /// Answers that one registers elsewhere (XEP-0077 section 5): at a URL, by instructions, or both; a blank text is
    /// none. The same as [`offer`](Self::offer) with [`Offer::redirect`].
    ///
    /// # Errors
    /// [`Unanswered`] gives the request back: [`AnswerError::ForeignRequest`], [`AnswerError::BadRedirect`].
    #[doc = include_str!("redirect.md")]
    pub fn redirect(
        &mut self,
        request: FormRequest,
        url: &str,
        instructions: &str,
    ) -> Result<Answered, Unanswered<FormRequest>> {
        match Offer::redirect(url, instructions) {
            Ok(offer) => self.offer(request, &offer),
            Err(_) => Err(Unanswered {
                why: AnswerError::BadRedirect,
                request,
            }),
        }
    }

    /// Answers that it is done, once it is: the account exists, the password is changed, the token is good. The form that
    /// was filled in is closed (a change of the password that needed none closes none); after a removal, whichever form the
    /// requester has open.
    ///
    /// After a removal, once this is sent, tell [`requester_gone`](Self::requester_gone): what the account had asked before
    /// must not be answered to whoever takes its name next. A server ends the account's streams with `not-authorized` then
    /// (XEP-0077 section 3.2).
    ///
    /// # Errors
    /// [`Unanswered`] gives the request back: [`AnswerError::ForeignRequest`].
    pub fn accept<R: Acceptable>(&mut self, request: R) -> Result<Answered, Unanswered<R>> {
        let request = self.mine(request)?;
        let closes = request.closes();
        let Some(reply) = self.end(request) else {
            return Ok(Answered::NobodyWaits);
        };
        self.forms.close(&reply.requester, &closes);
        let stanza = answer::result(&self.config, &reply, None);
        Ok(self.send(reply, stanza))
    }

    /// Answers that it is refused; nothing was done. The requester's form stays open, to be mended, unless it had a
    /// challenge, a `key` or a medium, which are good for one submission.
    ///
    /// # Errors
    /// [`Unanswered`] gives the request back: [`AnswerError::ForeignRequest`].
    pub fn refuse<R: Request>(
        &mut self,
        request: R,
        refusal: impl Into<Refusal>,
    ) -> Result<Answered, Unanswered<R>> {
        let request = self.mine(request)?;
        let Some(reply) = self.end(request) else {
            return Ok(Answered::NobodyWaits);
        };
        let stanza = answer::error(&self.config, &reply, &refusal.into(), None);
        Ok(self.send(reply, stanza))
    }

    /// Answers with another form that is to be filled in first, such as for the old password (XEP-0077 sections 3.2 and
    /// 3.3): an error with the offer's data form in a query. What comes back is checked against it, and has the purpose
    /// of this submission.
    ///
    /// A requester may begin anew and send the bare request once more, without the form:
    /// [`Submission::answers_demand`] tells the two apart. Only fields of the old way, to register, are told to fill in what
    /// was demanded. If its type does not say what the form is demanded for, a hidden field `x-demanded-for` does, so that
    /// what another of the requester's clients fills in for something else is no answer.
    ///
    /// ```
    /// use xmpp_registration::FieldKind;
    /// use xmpp_registration::service::{DataForm, FormField, Offer};
    /// # use xmpp_registration::service::{RegistrationService, ServiceConfig, ServiceEvent, ServiceOutput};
    /// # let mut service = RegistrationService::new(ServiceConfig::server("example.com")?);
    /// # let set = "<iq xmlns='jabber:client' type='set' id='a' from='juliet@example.com/a'>\
    /// #     <query xmlns='jabber:iq:register'><remove/></query></iq>";
    /// # let _ = service.handle_stanza(&set.parse()?);
    /// # let Some(ServiceOutput::Event(ServiceEvent::Submitted(submission))) = service.poll_output() else { panic!() };
    /// let form = DataForm::new()
    ///     .form_type("jabber:iq:register:cancel")
    ///     .field(FormField::new(FieldKind::TextPrivate, "password").required());
    /// if submission.answers_demand() {
    ///     // compare the password, then remove the account
    /// } else {
    ///     let _ = service.demand(submission, &Offer::of_form(form)?)?;
    /// }
    /// let Some(ServiceOutput::Send { stanza, .. }) = service.poll_output() else { panic!() };
    /// assert_eq!(stanza.attr("type"), Some("error"));
    /// assert!(stanza.has_child("query", "jabber:iq:register")); // the form is in it
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// The error is `not-allowed` for a removal and `not-authorized` for a new password, as the XEP has it, and
    /// `not-acceptable` for a registration.
    ///
    /// # Errors
    /// [`Unanswered`] gives the submission back: [`AnswerError::ForeignRequest`], [`AnswerError::NoDataForm`].
    pub fn demand(
        &mut self,
        submission: Submission,
        form: &Offer,
    ) -> Result<Answered, Unanswered<Submission>> {
        let refusal = match submission.purpose {
            Purpose::Register => Refusal::not_acceptable(),
            Purpose::ChangePassword => Refusal::password_not_safe(),
            Purpose::Remove => Refusal::removal_not_allowed(),
        };
        self.demand_with(submission, form, refusal)
    }

    /// Like [`demand`](Self::demand), with an error of the application's choice.
    ///
    /// # Errors
    /// Those of [`demand`](Self::demand).
    #[doc = include_str!("demand_with.md")]
    pub fn demand_with(
        &mut self,
        submission: Submission,
        form: &Offer,
        refusal: impl Into<Refusal>,
    ) -> Result<Answered, Unanswered<Submission>> {
        let request = self.mine(submission)?;
        let purpose = Some(request.purpose);
        let trigger = trigger(&request.envelope.reply, purpose);
        let Some(query) = query::demand(&form.0, trigger) else {
            let why = AnswerError::NoDataForm;
            return Err(Unanswered { why, request });
        };
        let Some(reply) = self.end(request) else {
            return Ok(Answered::NobodyWaits);
        };
        self.open(&reply, form, purpose);
        let stanza = answer::error(&self.config, &reply, &refusal.into(), Some(query));
        Ok(self.send(reply, stanza))
    }

    /// Answers that the application could not do it in time. A submission gets `remote-server-timeout`, from which the
    /// client of a service elsewhere knows that it may have been done all the same; other requests get
    /// `resource-constraint`.
    ///
    /// To its own server's users that error is a refusal like any other, as if nothing were done. So at a
    /// [`ServiceConfig::server`] time out only what was surely not done, and drop a submission of which nobody knows:
    /// then the client's own timer leaves it in doubt.
    ///
    /// # Errors
    /// [`Unanswered`] gives the request back: [`AnswerError::ForeignRequest`].
    #[doc = include_str!("time_out.md")]
    pub fn time_out<R: Request>(&mut self, request: R) -> Result<Answered, Unanswered<R>> {
        let condition = if request.acts() {
            Condition::RemoteServerTimeout
        } else {
            Condition::ResourceConstraint
        };
        let refusal = Refusal::new(condition).error_type(ErrorType::Wait);
        self.refuse(request, refusal)
    }

    /// How many requests wait for the application's answer.
    #[must_use]
    pub fn unanswered(&self) -> usize {
        self.waiting.len()
    }

    /// How many forms are open.
    #[must_use]
    pub fn open_forms(&self) -> usize {
        self.forms.len()
    }
}

impl fmt::Debug for RegistrationService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrationService")
            .field("address", &self.config.role.address())
            .field("unanswered", &self.unanswered())
            .field("open_forms", &self.open_forms())
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}
