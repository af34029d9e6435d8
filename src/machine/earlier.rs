//! What was submitted before the last submission: it fills the next form in, too.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::form::Form;

/// So many forms are kept beside the last one, however many a server has the user fill in.
const MOST_KEPT: usize = 3;

/// Forms that were submitted, oldest first, without secrets and pictures. Boxed, since hardly any machine has one.
#[derive(Default)]
pub(super) struct Earlier(Option<Box<Forms>>);

struct Forms(Vec<Form>);

impl Earlier {
    /// Keeps a form whose place `last` has taken, but for what `last` asked for once more: there the user has had the last
    /// word.
    pub fn push(&mut self, mut form: Form, last: &Form) {
        if let Some(forms) = &mut self.0 {
            forms.0.retain_mut(|it| it.forget_what_is_asked_in(last));
        }
        if !form.forget_what_is_asked_in(last) {
            return;
        }
        form.drop_media();
        let forms = self.0.get_or_insert_with(|| Box::new(Forms(Vec::new())));
        if forms.0.len() == MOST_KEPT {
            // The first one stays: it is the form of the task itself, and what came after it were mostly challenges.
            forms.0.remove(1);
        }
        forms.0.push(form);
    }

    /// Fills a new form in with what was typed, the newest first.
    pub fn fill(&self, form: &mut Form) {
        let forms = self.0.iter().flat_map(|it| it.0.iter().rev());
        forms.for_each(|it| form.take_over(it));
    }

    pub fn forget(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use super::super::RegistrationMachine;
    use crate::{Channel, Config, Event, IdPrefix, Output, Peer};

    /// What is of no use any more takes no room.
    #[test]
    fn nothing_is_kept_beyond_the_end() {
        let peer = Peer::server("example.com").unwrap();
        let config = Config::new(peer, IdPrefix::new("p").unwrap(), Channel::Encrypted);
        let mut machine = RegistrationMachine::register(config);
        machine.poll_output();
        let fields = [
            "<username/>",
            "<x xmlns='jabber:x:data' type='form'><field var='b'/></x>",
        ];
        for (serial, (fields, kind)) in (1..).zip(fields.into_iter().zip(["result", "error"])) {
            let reply = alloc::format!(
                "<iq xmlns='jabber:client' type='{kind}' id='p-{serial}'>\
                 <query xmlns='jabber:iq:register'>{fields}</query></iq>"
            );
            let _ = machine.handle_stanza(&reply.parse().unwrap());
            let form = match machine.poll_output() {
                Some(Output::Event(Event::FormOffered(form))) => Some(form),
                Some(Output::Event(Event::Refused { form, .. })) => form,
                _ => None,
            };
            let mut form = form.expect("a form");
            form.answer_each(|_| Some("typed".into())).unwrap();
            machine.submit(form.finish().unwrap()).unwrap();
            machine.poll_output();
        }
        assert!(machine.earlier.0.is_some() && machine.kept.is_some());
        machine.handle_disconnect();
        assert!(machine.earlier.0.is_none() && machine.kept.is_none());
    }
}
