//! What the service remembers of its peers, within bounds: who waits for an answer, and which forms are open.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;

use super::config::ServiceLimits;
use super::query::Trigger;
use super::request::{Closes, Filled, Purpose};
use super::{Offer, Requester};

/// The requests that the application has not answered. It keeps weak pointers only: a request that the application
/// drops is gone by itself.
#[derive(Default)]
pub(super) struct Waiting {
    of: BTreeMap<Requester, Vec<Weak<()>>>,
    /// How many there are, dropped ones that were not noticed yet included.
    count: usize,
}

impl Waiting {
    /// A place for one more request, if there is any left.
    pub fn take(&mut self, who: &Requester, limits: &ServiceLimits) -> Option<Arc<()>> {
        if let Some(of) = self.of.get_mut(who) {
            let before = of.len();
            of.retain(|it| it.strong_count() > 0);
            self.count -= before - of.len();
            if of.len() >= limits.requests_each {
                return None;
            }
        }
        if self.count >= limits.requests {
            self.sweep();
        }
        if self.count >= limits.requests || limits.requests_each == 0 {
            return None;
        }
        let ticket = Arc::new(());
        let of = self.of.entry(who.clone()).or_default();
        of.push(Arc::downgrade(&ticket));
        self.count += 1;
        Some(ticket)
    }

    /// Ends the wait of one request; false: nobody waits any more.
    pub fn end(&mut self, who: &Requester, ticket: &Arc<()>) -> bool {
        let Some(of) = self.of.get_mut(who) else {
            return false;
        };
        let Some(at) = of.iter().position(|it| it.as_ptr() == Arc::as_ptr(ticket)) else {
            return false;
        };
        of.swap_remove(at);
        self.count -= 1;
        if of.is_empty() {
            self.of.remove(who);
        }
        true
    }

    pub fn forget(&mut self, who: &Requester) {
        self.count -= self.of.remove(who).map_or(0, |it| it.len());
    }

    pub fn len(&self) -> usize {
        let tickets = self.of.values().flatten();
        tickets.filter(|it| it.strong_count() > 0).count()
    }

    fn sweep(&mut self) {
        self.of.retain(|_, of| {
            of.retain(|it| it.strong_count() > 0);
            !of.is_empty()
        });
        self.count = self.of.values().map(Vec::len).sum();
    }
}

/// A form that was offered or demanded, and what it was made for.
#[derive(Clone)]
pub(super) struct OpenForm {
    pub offer: Offer,
    pub from: Box<str>,
    pub sid: Option<Box<str>>,
    /// What a demanded form is for, whatever its `FORM_TYPE` says.
    pub purpose: Option<Purpose>,
    /// Tells it from every other one that was opened; none has the standing form.
    pub age: Option<u64>,
}

impl OpenForm {
    pub fn new(
        offer: Offer,
        from: Box<str>,
        sid: Option<Box<str>>,
        purpose: Option<Purpose>,
    ) -> Self {
        OpenForm {
            offer,
            from,
            sid,
            purpose,
            age: None,
        }
    }

    /// What a submission that fits it, and is for this, says of it.
    pub fn filled(&self, purpose: Purpose) -> Filled {
        Filled {
            age: self.age,
            // Who demands something for one purpose may want more for another.
            demand: self.purpose == Some(purpose),
            challenge: self.offer.0.captcha.is_some(),
        }
    }

    pub fn trigger(&self) -> Trigger<'_> {
        Trigger {
            from: &self.from,
            sid: self.sid.as_deref(),
            purpose: self.purpose,
        }
    }
}

/// The open forms, one for each requester.
#[derive(Default)]
pub(super) struct OpenForms {
    of: BTreeMap<Requester, OpenForm>,
    by_age: BTreeMap<u64, Requester>,
    next: u64,
}

impl OpenForms {
    /// Keeps a form in place of the requester's last one, and forgets the oldest where there are too many.
    pub fn open(&mut self, who: &Requester, mut form: OpenForm, most: usize) {
        self.forget(who);
        if most == 0 {
            return;
        }
        while self.of.len() >= most {
            let Some((_, oldest)) = self.by_age.pop_first() else {
                break;
            };
            self.of.remove(&oldest);
        }
        form.age = Some(self.next);
        self.by_age.insert(self.next, who.clone());
        self.next += 1;
        self.of.insert(who.clone(), form);
    }

    pub fn get(&self, who: &Requester) -> Option<&OpenForm> {
        self.of.get(who)
    }

    pub fn forget(&mut self, who: &Requester) {
        if let Some(age) = self.of.remove(who).and_then(|form| form.age) {
            self.by_age.remove(&age);
        }
    }

    pub fn close(&mut self, who: &Requester, closes: &Closes) {
        let open = self.get(who).and_then(|form| form.age);
        match closes {
            Closes::None => {}
            Closes::Of(age) if open != Some(*age) => {}
            Closes::Of(_) | Closes::All => self.forget(who),
        }
    }

    pub fn len(&self) -> usize {
        self.of.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_once_its_request_is_answered_dropped_or_forgotten() {
        let limits = ServiceLimits {
            requests: 2,
            requests_each: 1,
            ..ServiceLimits::default()
        };
        let who = [0, 1, 2].map(Requester::Stream);
        let mut waiting = Waiting::default();
        let first = waiting.take(&who[0], &limits).unwrap();
        let second = waiting.take(&who[1], &limits).unwrap();
        assert!(waiting.take(&who[0], &limits).is_none());
        assert!(waiting.take(&who[2], &limits).is_none());
        assert!(!waiting.end(&who[1], &first));
        assert!(waiting.end(&who[0], &first));
        assert!(!waiting.end(&who[0], &first));
        let third = waiting.take(&who[2], &limits).unwrap();
        drop(second);
        let _fourth = waiting.take(&who[0], &limits).unwrap();
        waiting.forget(&who[2]);
        assert!(!waiting.end(&who[2], &third));
        assert_eq!((waiting.len(), waiting.count), (1, 1));
    }

    /// The count is right by itself: going over all that wait is for when there is no place left.
    #[test]
    fn each_way_to_give_up_a_place_is_counted() {
        let limits = ServiceLimits::default();
        let [one, other] = [0, 1].map(Requester::Stream);
        let mut waiting = Waiting::default();
        let mut tickets = [&one, &one, &one, &other]
            .map(|it| waiting.take(it, &limits))
            .into_iter();
        assert_eq!(waiting.count, 4);
        let ended = tickets.next().flatten().unwrap();
        assert!(waiting.end(&one, &ended));
        assert_eq!(waiting.count, 3);
        // A dropped one is noticed when its requester asks for another place.
        drop(tickets.next());
        let again = waiting.take(&one, &limits);
        assert_eq!((waiting.count, waiting.len()), (3, 3));
        waiting.forget(&one);
        assert_eq!((waiting.count, waiting.len()), (1, 1));
        drop((again, tickets));
    }
}
