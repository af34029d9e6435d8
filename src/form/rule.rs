//! What a server says of a field's values besides its type (XEP-0122), checked before they are sent.

use alloc::string::{String, ToString};

use core::cmp::Ordering;
use core::fmt;

use minidom::Element;

use super::arena::Span;
use super::datatype::{self, Datatype};
use super::pattern::Pattern;
use super::{Field, FieldKind, Form};
use crate::error::FieldError;
use crate::xml::NS_VALIDATE;

/// Making a pattern ready takes some milliseconds, so a form of thousands of them would take seconds to check.
const MOST_PATTERNS: u32 = 64;

/// The `<validate/>` of one field.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    pub datatype: Datatype,
    /// Other values than the options are taken too: `<open/>`, or any method but `<basic/>` on a list (section 3.2).
    pub open: bool,
    pub minimum: Span,
    pub maximum: Span,
    pub pattern: Span,
    pub fewest: Option<u32>,
    pub most: Option<u32>,
}

impl Rule {
    /// What the attributes and the names of the children say; the texts are the reader's to copy.
    pub fn of(validate: &Element) -> Self {
        let mut rule = Rule {
            datatype: validate
                .attr("datatype")
                .map_or(Datatype::String, Datatype::from_name),
            open: false,
            minimum: Span::NONE,
            maximum: Span::NONE,
            pattern: Span::NONE,
            fewest: None,
            most: None,
        };
        for child in validate
            .children()
            .filter(|child| child.has_ns(NS_VALIDATE))
        {
            let number = |name| child.attr(name).and_then(|it| it.trim().parse().ok());
            match child.name() {
                "open" | "range" | "regex" => rule.open = true,
                "list-range" => (rule.fewest, rule.most) = (number("min"), number("max")),
                _ => {}
            }
        }
        rule
    }
}

/// What a field's values must be like, besides its [`kind`](Field::kind) (XEP-0122): to be shown, or to choose a widget by.
///
/// ```
/// use xmpp_registration::Validation;
/// # use xmpp_registration::{Channel, Config, Event, IdPrefix, Output, Peer, RegistrationMachine};
/// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
/// # let mut machine = RegistrationMachine::register(config);
/// # machine.poll_output();
/// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
/// #     <x xmlns='jabber:x:data' type='form'><field var='age'>\
/// #     <validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:integer'><range min='18' max='120'/></validate></field>\
/// #     <field var='zip'><validate xmlns='http://jabber.org/protocol/xdata-validate'><regex>[0-9]{5}</regex></validate></field>\
/// #     <field var='toppings' type='list-multi'><validate xmlns='http://jabber.org/protocol/xdata-validate'>\
/// #     <basic/><list-range max='2'/></validate><option><value>tuna</value></option></field></x></query></iq>";
/// # let _ = machine.handle_stanza(&reply.parse()?);
/// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
/// // An age from 18 to 120, a postcode, and at most two toppings:
/// let rule = |name| -> Validation<'_> { form.field(name).unwrap().validation().unwrap() };
/// assert_eq!(rule("age").datatype(), "xs:integer"); // a spin box
/// assert_eq!((rule("age").minimum(), rule("age").maximum()), (Some("18"), Some("120")));
/// assert_eq!(rule("zip").pattern(), Some("[0-9]{5}"));
/// assert_eq!(rule("toppings").selections(), (None, Some(2)));
/// assert!(!rule("toppings").is_open()); // its options only
/// assert!(format!("{:?}", rule("zip")).contains("pattern: Some(\"[0-9]{5}\")"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Validation<'a> {
    form: &'a Form,
    rule: &'a Rule,
}

/// All of it is the server's, and no value.
impl fmt::Debug for Validation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Validation")
            .field("datatype", &self.datatype())
            .field("is_open", &self.is_open())
            .field("minimum", &self.minimum())
            .field("maximum", &self.maximum())
            .field("pattern", &self.pattern())
            .field("selections", &self.selections())
            .finish()
    }
}

/// The bounds of a rule as values of its datatype.
struct Bounds<'a> {
    minimum: Option<datatype::Value<'a>>,
    maximum: Option<datatype::Value<'a>>,
}

impl<'a> Validation<'a> {
    /// The datatype, such as `xs:date`; what is not understood is `xs:string`.
    #[must_use]
    pub fn datatype(self) -> &'static str {
        self.rule.datatype.name()
    }

    /// Whether a list takes other values than its options.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.rule.open
    }

    /// The least value allowed, as the server wrote it.
    #[must_use]
    pub fn minimum(self) -> Option<&'a str> {
        self.rule.minimum.of(&self.form.arena.text)
    }

    /// The greatest value allowed, as the server wrote it.
    #[must_use]
    pub fn maximum(self) -> Option<&'a str> {
        self.rule.maximum.of(&self.form.arena.text)
    }

    /// A regular expression that the values must match, as the server wrote it: POSIX's extended ones. It is checked only
    /// with the feature `regex`, and only where it can be in bounded time: those of the first 64 fields with a rule.
    #[must_use]
    pub fn pattern(self) -> Option<&'a str> {
        self.rule.pattern.of(&self.form.arena.text)
    }

    /// How many options may be selected, at least and at most; in a field of kind [`FieldKind::ListMulti`] only. It binds
    /// whoever selects any: a field that is not required may still be left empty.
    #[must_use]
    pub fn selections(self) -> (Option<u32>, Option<u32>) {
        (self.rule.fewest, self.rule.most)
    }

    fn is_same(self, other: Validation<'_>) -> bool {
        self.rule.datatype == other.rule.datatype
            && self.is_open() == other.is_open()
            && self.selections() == other.selections()
            && self.minimum() == other.minimum()
            && self.maximum() == other.maximum()
            && self.pattern() == other.pattern()
    }

    /// How the two texts are ordered as values of the datatype.
    pub(super) fn compare(self, a: &str, b: &str) -> Option<Ordering> {
        self.rule.datatype.compare(a, b)
    }

    /// Whether a value keeps it, whatever the pattern.
    pub(super) fn takes(self, value: &str) -> bool {
        self.check(value, &self.bounds(), None, String::new).is_ok()
    }

    /// A bound that is not of the datatype itself compares to nothing, and is left to the server.
    fn bounds(self) -> Bounds<'a> {
        let read = |bound: Option<&'a str>| self.rule.datatype.read(bound?);
        Bounds {
            minimum: read(self.minimum()),
            maximum: read(self.maximum()),
        }
    }

    fn check(
        self,
        value: &str,
        bounds: &Bounds<'_>,
        pattern: Option<&Pattern>,
        field: impl Fn() -> String,
    ) -> Result<(), FieldError> {
        let datatype = self.rule.datatype;
        let Some(read) = datatype.read(value) else {
            return Err(FieldError::NotOfType {
                field: field(),
                datatype: datatype.name(),
            });
        };
        let is = |order, bound: &Option<datatype::Value<'_>>| {
            let bound = bound.as_ref();
            bound.is_some_and(|bound| read.order(bound) == Some(order))
        };
        let shown = |bound: Option<&str>| bound.unwrap_or_default().to_string();
        if is(Ordering::Less, &bounds.minimum) {
            return Err(FieldError::BelowMinimum {
                field: field(),
                minimum: shown(self.minimum()),
            });
        }
        if is(Ordering::Greater, &bounds.maximum) {
            return Err(FieldError::AboveMaximum {
                field: field(),
                maximum: shown(self.maximum()),
            });
        }
        match pattern {
            Some(pattern) if !pattern.matches(value) => Err(FieldError::NoMatch {
                field: field(),
                pattern: self.pattern().unwrap_or_default().to_string(),
            }),
            _ => Ok(()),
        }
    }
}

impl<'a> Field<'a> {
    /// What the values must be like, if the server says so. It is checked by [`check`](Field::check) and
    /// [`Form::finish`].
    ///
    /// ```
    /// # use xmpp_registration::FieldError;
    /// # use xmpp_registration::{Channel, Config, Event, Form, IdPrefix, Output, Peer, RegistrationMachine};
    /// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
    /// # let mut machine = RegistrationMachine::register(config);
    /// # machine.poll_output();
    /// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
    /// #     <x xmlns='jabber:x:data' type='form'><field var='age'><validate datatype='xs:integer' \
    /// #     xmlns='http://jabber.org/protocol/xdata-validate'><range min='18'/></validate></field></x></query></iq>".parse::<minidom::Element>()?;
    /// # let _ = machine.handle_stanza(&reply);
    /// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
    /// form.set("age", "17")?;
    /// let age = form.field("age").unwrap();
    /// assert_eq!(age.validation().unwrap().minimum(), Some("18"));
    /// assert_eq!(age.check().unwrap_err().to_string(), "the value of `age` is less than 18");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn validation(self) -> Option<Validation<'a>> {
        let rule = self.form().arena.rules.get(self.record().rule as usize)?;
        Some(Validation {
            form: self.form(),
            rule,
        })
    }

    /// Whether the values of both must be like the same.
    pub(super) fn has_same_rule(self, other: Field<'_>) -> bool {
        match (self.validation(), other.validation()) {
            (Some(one), Some(other)) => one.is_same(other),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    /// The pattern that values are held to; `None` if there is none, or it is left to the server.
    pub(super) fn ready_pattern(self, validation: Validation<'_>) -> Option<Pattern> {
        // What is sent for yes and no is this crate's choice of two spellings.
        let is_checked = self.kind() != FieldKind::Boolean && self.is_early_rule();
        let pattern = validation.pattern().filter(|_| is_checked);
        pattern.and_then(Pattern::new)
    }

    /// Whether its rule is among those whose patterns are checked.
    pub(super) fn is_early_rule(self) -> bool {
        self.record().rule < MOST_PATTERNS
    }

    /// Whether a list takes other values than its options.
    pub(super) fn is_open(self) -> bool {
        self.validation().is_some_and(Validation::is_open)
    }

    /// What the server's rules say against these values.
    pub(super) fn broken_rule<'v>(
        self,
        values: impl Iterator<Item = &'v str> + Clone,
    ) -> Result<(), FieldError> {
        let Some(validation) = self.validation() else {
            return Ok(());
        };
        let field = || self.name().unwrap_or_default().to_string();
        // An empty line is no value, and an option is always good enough.
        let options = self.option_set();
        // Made ready once: a bound is the server's and may be long, and there may be many values.
        let (bounds, pattern) = (validation.bounds(), self.ready_pattern(validation));
        for value in values
            .clone()
            .filter(|it| !it.is_empty() && !self.is_option(it, &options))
        {
            validation.check(value, &bounds, pattern.as_ref(), field)?;
        }
        if self.kind() == FieldKind::ListMulti {
            let count = values.count();
            let number = |it: u32| usize::try_from(it).unwrap_or(usize::MAX);
            match validation.selections() {
                (Some(minimum), _) if count < number(minimum) => {
                    return Err(FieldError::TooFew {
                        field: field(),
                        minimum,
                    });
                }
                (_, Some(maximum)) if count > number(maximum) => {
                    return Err(FieldError::TooMany {
                        field: field(),
                        maximum,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }
}
