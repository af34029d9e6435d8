//! What every answer has in common.

use alloc::sync::Arc;

use minidom::Element;

use super::query::Trigger;
use super::request::{Envelope, ReplyTo};
use super::store::OpenForm;
use super::{
    AnswerError, Answered, Offer, Purpose, RegistrationService, Request, ServiceOutput, Unanswered,
};

impl RegistrationService {
    pub(super) fn mine<R: Request>(&self, request: R) -> Result<R, Unanswered<R>> {
        if Arc::ptr_eq(&self.identity, &request.envelope().service) {
            return Ok(request);
        }
        let why = AnswerError::ForeignRequest;
        Err(Unanswered { why, request })
    }

    /// Ends the wait for an answer; what was asked is wiped. `None`: the requester is gone.
    pub(super) fn end<R: Request>(&mut self, request: R) -> Option<ReplyTo> {
        let Envelope { ticket, reply, .. } = request.envelope();
        let waits = self.waiting.end(&reply.requester, ticket);
        let reply = ReplyTo::clone(reply);
        drop(request);
        waits.then_some(reply)
    }

    pub(super) fn open(&mut self, reply: &ReplyTo, offer: &Offer, purpose: Option<Purpose>) {
        let parts = &offer.0;
        if !parts.asks() {
            self.forms.forget(&reply.requester);
            return;
        }
        self.has_pictures |= parts.captcha.as_ref().is_some_and(|it| it.cid().is_some());
        let form = OpenForm::new(offer.clone(), reply.from.clone(), reply.id.clone(), purpose);
        let most = self.config.limits.offers;
        self.forms.open(&reply.requester, form, most);
    }

    pub(super) fn send(&mut self, reply: ReplyTo, stanza: Element) -> Answered {
        let to = reply.requester;
        self.queue.push(ServiceOutput::Send { to, stanza });
        Answered::Queued
    }
}

/// What a form in the answer says of the request.
pub(super) fn trigger(reply: &ReplyTo, purpose: Option<Purpose>) -> Trigger<'_> {
    Trigger {
        from: &reply.from,
        sid: reply.id.as_deref(),
        purpose,
    }
}
