//! What the model says to what a stream brings.

use super::{Ask, Held, Model, Said};
use crate::forms::Facts;
use crate::ops::{Id, Kind, Task, Who};
use crate::replies::{Body, Offer, Reply};

/// What a stanza under an id of ours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    Reply,
    Picture,
    Not { consumed: bool },
}

impl Counts {
    pub(super) fn is_consumed(self) -> bool {
        !matches!(self, Counts::Not { consumed: false })
    }
}

impl Model {
    /// Rule 1: who may answer, and what.
    pub(super) fn counts(
        &mut self,
        id: Id,
        may_answer: bool,
        kind: Kind,
        malformed: bool,
    ) -> Counts {
        let serial = match (id, &self.numbers[..]) {
            (_, []) => return Counts::Not { consumed: false },
            _ if self.done => return Counts::Not { consumed: false },
            (Id::Current, [.., last]) => *last,
            (Id::Earlier(which), numbers) => {
                numbers[usize::from(which) % (numbers.len() - 1).max(1)]
            }
            (Id::Future | Id::Foreign | Id::Mangled(_) | Id::Absent, _) => {
                return Counts::Not { consumed: false };
            }
        };
        let reason = match kind {
            Kind::Get | Kind::Set => "reflected",
            Kind::Junk => "unknown type",
            Kind::Absent if !malformed => "unknown type",
            _ if !may_answer => "wrong sender",
            _ if self.fetch == Some(serial) => return Counts::Picture,
            _ if serial != self.main => "late",
            _ if self.out.is_none() => "duplicate",
            _ => return Counts::Reply,
        };
        if self.ignored < 16 {
            self.ignored += 1;
            self.say(format!("ignored: {reason}"));
        }
        Counts::Not {
            consumed: matches!(reason, "late" | "duplicate"),
        }
    }

    pub(super) fn stanza(&mut self, reply: &Reply) -> bool {
        if !reply.is_iq() {
            return false;
        }
        let may_answer = reply.sender.may_answer(self.setup.who);
        let counts = self.counts(reply.id, may_answer, reply.kind, false);
        match counts {
            Counts::Reply if reply.kind == Kind::Error => {
                self.refused(reply.refusal(), reply.body.alternative());
            }
            Counts::Reply => self.result(&reply.body.offer()),
            Counts::Picture => {
                self.fetched(reply.kind == Kind::Result && reply.body == Body::Picture);
            }
            Counts::Not { .. } => {}
        }
        counts.is_consumed()
    }

    pub(super) fn fetched(&mut self, received: bool) {
        self.fetch = None;
        self.say(if received {
            "media received"
        } else {
            "media unavailable"
        });
    }

    pub(super) fn malformed(&mut self, kind: Kind) {
        match (kind, &self.out) {
            (Kind::Error, _) => self.refused(("undefined-condition", "cancel"), Offer::Nothing),
            (Kind::Absent, Some(Ask::Plain | Ask::Answer { .. })) => self.cut("unreadable"),
            (_, Some(Ask::Form)) | (Kind::Absent, _) => self.fail("unreadable"),
            _ => self.result(&Offer::Nothing),
        }
    }

    fn result(&mut self, offer: &Offer) {
        match (self.out.take().expect("a reply is awaited"), offer) {
            (Ask::Token, _) => self.ask("get", "form", Ask::Form),
            (Ask::Form, Offer::Form(facts)) => {
                let held = self.open_form(facts.clone());
                let words = format!("offered {}", held.facts.describe());
                self.queue.push_back(Said::Form(words, held));
            }
            (Ask::Form, Offer::Redirect) => self.end("redirected".into()),
            (Ask::Form, Offer::Nothing) => self.fail("nothing offered"),
            (Ask::Form, Offer::Beyond(limit)) => self.fail(&format!("too many {limit}")),
            (Ask::Plain, _) => {
                let removes = self.setup.task == Task::Unregister;
                let success = if removes {
                    "unregistered"
                } else {
                    "password changed"
                };
                self.end(format!("succeeded: {success}"));
            }
            (Ask::Answer { goal, .. }, _) => self.end(format!("succeeded: {goal}")),
        }
    }

    /// A form comes, with what was typed into those before it.
    fn open_form(&mut self, mut facts: Facts) -> Held {
        self.forget_picture();
        self.forms += 1;
        self.open = Some(self.forms);
        self.registered |= facts.says_registered();
        if let Some(kept) = &self.kept {
            facts.adopt(&kept.facts);
        }
        self.earlier.iter().for_each(|it| facts.adopt(it));
        Held {
            number: self.forms,
            facts,
        }
    }

    fn refused(&mut self, (condition, kind): (&str, &str), alternative: Offer) {
        let error = format!("{condition}/{kind}");
        // One's own server says so of a service that it cannot hear, which may have heard the request.
        let unheard = condition == "remote-server-timeout" && self.setup.who == Who::Service;
        if unheard && self.is_in_doubt() {
            self.cut("unheard");
            return;
        }
        match self.out.take().expect("a reply is awaited") {
            Ask::Token => self.fail(&format!("token {error}")),
            Ask::Form => match condition {
                "feature-not-implemented" | "service-unavailable" | "not-allowed" => {
                    self.fail(&format!("unsupported {error}"));
                }
                _ if kind == "wait" || unheard => {
                    self.say(format!("refused {error}, no form"));
                    self.open = None;
                }
                _ => self.fail(&format!("refused {error}")),
            },
            Ask::Plain | Ask::Answer { .. } => match alternative {
                Offer::Beyond(limit) => self.fail(&format!("too many {limit}")),
                Offer::Form(facts) => {
                    let held = self.open_form(facts);
                    self.refused_with(&error, held);
                }
                _ if !self.registers() => self.fail(&format!("refused {error}")),
                _ => match self.kept.take() {
                    Some(mend) if !mend.facts.used_up() => self.refused_with(&error, mend),
                    kept => {
                        self.kept = kept;
                        self.open = None;
                        self.forget_picture();
                        self.say(format!("refused {error}, no form"));
                    }
                },
            },
        }
    }

    fn refused_with(&mut self, error: &str, held: Held) {
        self.open = Some(held.number);
        let words = format!("refused {error}, {}", held.facts.describe());
        self.queue.push_back(Said::Form(words, held));
    }
}
