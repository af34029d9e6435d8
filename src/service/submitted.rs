//! What somebody submitted, read in one walk, with every bound kept: nothing is copied before it is counted.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use minidom::Element;
use zeroize::Zeroizing;

use super::refusal::Refusal;
use crate::config::Limits;
use crate::form::glance;
use crate::stanza_error::Condition;
use crate::xml::{NS_DATA, NS_REGISTER, child};

/// The content of a query in a `set`.
pub(super) enum Content<'a> {
    /// `<remove/>`, alone as it must be.
    Remove,
    /// This form is of type `cancel`: the user does not want to go on (XEP-0004 section 3.2).
    Cancel(&'a Element),
    Form(Entries),
    Fields(Entries),
}

/// Names and values, a name once.
pub(super) type Entries = BTreeMap<String, Vec<Zeroizing<String>>>;

/// Reads a query.
pub(super) fn read<'a>(query: &'a Element, limits: &Limits) -> Result<Content<'a>, Refusal> {
    let mut forms = query.children().filter(|it| it.is("x", NS_DATA));
    let (x, second) = (forms.next(), forms.next());
    let remove = child(query, "remove", NS_REGISTER).is_some();
    let legacy = query.children().any(is_field);
    if remove {
        // Whatever it is: XEP-0077 section 3.2.
        return match query.children().nth(1) {
            None => Ok(Content::Remove),
            Some(_) => Err(bad("`remove` must stand alone in its query")),
        };
    }
    match x {
        Some(_) if second.is_some() => Err(bad("one data form at a time, please")),
        // XEP-0077 section 6: never both.
        Some(_) if legacy => Err(bad("send the data form or the fields, not both")),
        Some(x) => read_form(x, limits),
        None if legacy => read_fields(query, limits),
        None => Err(bad("the query holds nothing to submit")),
    }
}

fn is_field(child: &Element) -> bool {
    glance::is_legacy_field(child)
}

fn read_form<'a>(x: &'a Element, limits: &Limits) -> Result<Content<'a>, Refusal> {
    match x.attr("type") {
        Some("submit") => {}
        Some("cancel") => return Ok(Content::Cancel(x)),
        _ => return Err(bad("a data form must be of type submit or cancel")),
    }
    let mut reader = Reader::new(limits);
    for field in x.children().filter(|it| it.is("field", NS_DATA)) {
        reader.field()?;
        // A field without a name is a fixed one, which need not come back.
        let Some(name) = field.attr("var").filter(|it| !it.is_empty()) else {
            continue;
        };
        let name = reader.name(name)?;
        let mut values = Vec::new();
        for value in field.children().filter(|it| it.is("value", NS_DATA)) {
            values.push(reader.value(value)?);
        }
        reader.push(name, values)?;
    }
    Ok(Content::Form(reader.entries))
}

/// The first value of a field of this name, not copied.
pub(super) fn value_of<'a>(x: &'a Element, name: &str) -> Option<&'a Element> {
    let mut fields = x.children().filter(|it| it.is("field", NS_DATA));
    let field = fields.find(|it| it.attr("var") == Some(name))?;
    child(field, "value", NS_DATA)
}

fn read_fields<'a>(query: &'a Element, limits: &Limits) -> Result<Content<'a>, Refusal> {
    let mut reader = Reader::new(limits);
    for field in query.children().filter(|it| is_field(it)) {
        reader.field()?;
        let name = reader.name(field.name())?;
        let value = reader.value(field)?;
        reader.push(name, alloc::vec![value])?;
    }
    Ok(Content::Fields(reader.entries))
}

struct Reader {
    entries: Entries,
    fields: usize,
    values: usize,
    bytes: usize,
}

impl Reader {
    fn new(limits: &Limits) -> Self {
        Reader {
            entries: Entries::new(),
            fields: limits.fields,
            values: limits.options,
            bytes: limits.text_bytes,
        }
    }

    fn field(&mut self) -> Result<(), Refusal> {
        self.fields = self.fields.checked_sub(1).ok_or_else(too_large)?;
        Ok(())
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or_else(too_large)?;
        Ok(())
    }

    fn name(&mut self, name: &str) -> Result<String, Refusal> {
        self.spend(name.len())?;
        Ok(name.into())
    }

    /// Room for all of it is made at once: a text that grows leaves copies behind that nobody wipes.
    fn value(&mut self, element: &Element) -> Result<Zeroizing<String>, Refusal> {
        self.values = self.values.checked_sub(1).ok_or_else(too_large)?;
        let length = element.texts().map(str::len).sum();
        self.spend(length)?;
        let mut value = Zeroizing::new(String::with_capacity(length));
        element.texts().for_each(|part| value.push_str(part));
        Ok(value)
    }

    /// Which of two values of one name would count is anybody's guess, and so a way to pass a check by.
    fn push(&mut self, name: String, values: Vec<Zeroizing<String>>) -> Result<(), Refusal> {
        match self.entries.insert(name, values) {
            None => Ok(()),
            Some(_) => Err(bad("a field was sent twice")),
        }
    }
}

fn bad(text: &str) -> Refusal {
    Refusal::told(Condition::BadRequest, text)
}

fn too_large() -> Refusal {
    let text = "the submission is larger than this service takes";
    Refusal::told(Condition::PolicyViolation, text)
}
