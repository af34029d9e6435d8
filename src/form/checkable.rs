//! Whether a field's rule (XEP-0122) is one that somebody can check and some value can keep. Whoever makes a form asks; a
//! form that came from a server is taken as it is.

use core::cmp::Ordering;

use super::datatype::Datatype;
use super::{Field, FieldKind, Validation};

/// Whether values of this datatype are told from others.
pub(crate) fn is_datatype(name: &str) -> bool {
    Datatype::known(name).is_some()
}

impl Field<'_> {
    /// What to do about a rule that nobody could check, or that no value could keep.
    pub(crate) fn rule_advice(self) -> Option<&'static str> {
        let validation = self.validation()?;
        range_advice(validation)
            .or_else(|| self.pattern_advice(validation))
            .or_else(|| self.selection_advice(validation))
            .or_else(|| self.boolean_advice(validation))
    }

    fn boolean_advice(self, validation: Validation<'_>) -> Option<&'static str> {
        let keeps = ["0", "1"].into_iter().any(|it| validation.takes(it));
        (self.kind() == FieldKind::Boolean && !keeps).then_some("neither yes nor no would keep it")
    }

    fn pattern_advice(self, validation: Validation<'_>) -> Option<&'static str> {
        validation.pattern()?;
        if self.kind() == FieldKind::Boolean {
            return Some("a yes or no has no `regex`");
        }
        // Without the feature, every pattern is the application's to check.
        if cfg!(not(feature = "regex")) || self.ready_pattern(validation).is_some() {
            return None;
        }
        Some(if self.is_early_rule() {
            "its `regex` cannot be checked: write it plainly as a POSIX extended one, in 512 bytes at most"
        } else {
            "the `regex` of the first 64 fields with a rule is checked: put it among them"
        })
    }

    fn selection_advice(self, validation: Validation<'_>) -> Option<&'static str> {
        let (fewest, most) = validation.selections();
        if fewest == Some(0) || most == Some(0) {
            return Some("`list_range` takes positive numbers: leave the other out");
        }
        let fewest = fewest?;
        if most.is_some_and(|most| fewest > most) {
            return Some("`list_range` wants more options than it allows");
        }
        let there = u32::try_from(self.options().count()).unwrap_or(u32::MAX);
        (!self.is_open() && fewest > there)
            .then_some("`list_range` wants more options than there are")
    }
}

fn range_advice(validation: Validation<'_>) -> Option<&'static str> {
    let (least, greatest) = (validation.minimum(), validation.maximum());
    // Only what has an order is equal to itself.
    let is_bound = |bound: &str| validation.compare(bound, bound).is_some();
    if ![least, greatest].into_iter().flatten().all(is_bound) {
        return Some(
            "give `range` values of the datatype, and a datatype of numbers, dates or times",
        );
    }
    let is_empty = validation.compare(least?, greatest?) == Some(Ordering::Greater);
    is_empty.then_some("the least value of `range` is above the greatest")
}
