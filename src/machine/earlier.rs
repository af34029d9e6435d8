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
    /// Keeps a form whose place `last` has taken, unless `last` asked for all that was typed into it.
    pub fn push(&mut self, mut form: Form, last: &Form) {
        if let Some(forms) = &mut self.0 {
            forms.0.retain(|it| !it.is_asked_in(last));
        }
        if form.is_asked_in(last) {
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
