//! What a server offers: the precedence table of XEP-0077 section 6, and alternative forms in errors.

use alloc::string::String;

use minidom::Element;

use crate::config::Limits;
use crate::error::{Limit, Violation};
use crate::event::{Redirect, display_text};
use crate::form::{Form, Origin, embed, glance, read};
use crate::xml::{self, NS_DATA, NS_OOB, NS_REGISTER};

/// What the reply to a request for a form holds.
#[allow(
    clippy::large_enum_variant,
    reason = "it is moved twice, and a box costs more"
)]
pub(crate) enum Offered {
    Form(Form),
    Redirect(Redirect),
}

/// Reads the reply to a request for a form: data form before fields before URL, and never two of them.
///
/// `<registered/>` is never a redirect, even where nothing else is offered: it is a form without fields then.
pub(crate) fn read(iq: &Element, origin: Origin, limits: &Limits) -> Result<Offered, Violation> {
    let query = query(iq).ok_or(Violation::NothingOffered)?;
    let parts = Parts::of(query);
    let registered = parts.registered;
    let url = parts.url(limits)?;
    let mut form = if let Some(x) = parts.data {
        read::data_form(x, origin, limits)?
    } else if parts.legacy || registered {
        read::legacy(query, origin, limits)?
    } else {
        let mut instructions = instructions(query, NS_REGISTER, limits)?;
        if instructions.is_none()
            && let Some(x) = empty_form(query)
        {
            instructions = self::instructions(x, NS_DATA, limits)?;
        }
        return if url.is_none() && instructions.is_none() {
            Err(Violation::NothingOffered)
        } else {
            Ok(Offered::Redirect(Redirect { url, instructions }))
        };
    };
    embed::embed(&mut form, iq, limits)?;
    Ok(Offered::Form(form.with_offer(registered, url.as_deref())))
}

/// What an offer is, when it is only looked at.
pub(crate) enum Glimpse {
    Form,
    Redirect,
    Nothing,
}

/// Looks at the reply to a request for a form, and copies nothing. A text that is past the bounds is not seen here.
pub(crate) fn glimpse(iq: &Element) -> Glimpse {
    let Some(query) = query(iq) else {
        return Glimpse::Nothing;
    };
    let parts = Parts::of(query);
    if parts.data.is_some() || parts.legacy || parts.registered {
        Glimpse::Form
    } else if parts.has_words(query) {
        Glimpse::Redirect
    } else {
        Glimpse::Nothing
    }
}

fn query(iq: &Element) -> Option<&Element> {
    xml::child(iq, "query", NS_REGISTER)
}

/// What stands in a query, found in one walk and not copied.
struct Parts<'a> {
    data: Option<&'a Element>,
    oob: Option<&'a Element>,
    legacy: bool,
    registered: bool,
}

impl<'a> Parts<'a> {
    fn of(query: &'a Element) -> Self {
        let mut parts = Parts {
            data: None,
            oob: None,
            legacy: false,
            registered: false,
        };
        let mut bare = None;
        for child in query.children() {
            match child.name() {
                "x" if child.has_ns(NS_DATA) => parts.take_form(child, &mut bare),
                "x" if child.has_ns(NS_OOB) => parts.oob = parts.oob.or(Some(child)),
                "registered" if child.has_ns(NS_REGISTER) => parts.registered = true,
                "key" => {}
                // One is enough to know.
                _ if !parts.legacy => parts.legacy = glance::is_legacy_field(child),
                _ => {}
            }
        }
        if parts.data.is_none() && !parts.legacy {
            parts.data = bare;
        }
        parts
    }

    /// The first form with a field that the user can see counts. One without (`bare`) can still be sent back, and counts
    /// where there are no fields of the old way: those would be lost otherwise.
    fn take_form(&mut self, x: &'a Element, bare: &mut Option<&'a Element>) {
        let kind = x.attr("type");
        // Rooms show what is on file as a form of type result; other types are not for filling in.
        if self.data.is_some() || !matches!(kind, None | Some("form" | "result")) {
            return;
        }
        let glance = glance::glance(x);
        if glance.visible {
            self.data = Some(x);
        } else if glance.sendable && kind != Some("result") && bare.is_none() {
            *bare = Some(x);
        }
    }

    /// Whether there is a URL, or instructions, which is all that a redirect is.
    fn has_words(&self, query: &Element) -> bool {
        let instructions = |of, ns| xml::child(of, "instructions", ns);
        let form = empty_form(query).and_then(|x| instructions(x, NS_DATA));
        let words = [self.url_element(), instructions(query, NS_REGISTER), form];
        words.into_iter().flatten().any(xml::has_words)
    }

    fn url_element(&self) -> Option<&'a Element> {
        self.oob.and_then(|oob| xml::child(oob, "url", NS_OOB))
    }

    fn url(&self, limits: &Limits) -> Result<Option<String>, Violation> {
        let Some(url) = self.url_element() else {
            return Ok(None);
        };
        check_length(url, limits)?;
        Ok(display_text(url))
    }
}

/// A form with nothing to fill in: what it says is all there is.
fn empty_form(query: &Element) -> Option<&Element> {
    let x = xml::child(query, "x", NS_DATA)?;
    matches!(x.attr("type"), None | Some("form")).then_some(x)
}

fn instructions(of: &Element, ns: &str, limits: &Limits) -> Result<Option<String>, Violation> {
    let Some(instructions) = xml::child(of, "instructions", ns) else {
        return Ok(None);
    };
    check_length(instructions, limits)?;
    Ok(display_text(instructions))
}

fn check_length(element: &Element, limits: &Limits) -> Result<(), Violation> {
    if element.texts().map(str::len).sum::<usize>() > limits.text_bytes {
        return Err(Violation::LimitExceeded(Limit::TextBytes));
    }
    Ok(())
}

/// The form that an error demands to be filled in instead (XEP-0077 sections 3.2 and 3.3).
///
/// Only type `form`: some servers echo the submitted one. It stands in an echoed query, in the IQ itself, or, where a
/// server never echoes (Prosody), in the `<error/>`, with or without a query around it.
pub(crate) fn alternative(iq: &Element) -> Option<&Element> {
    iq.children().find_map(|child| {
        if child.name() == "error" {
            child
                .children()
                .find_map(|inner| form_of_query(inner).or_else(|| wanted(inner)))
        } else {
            form_of_query(child).or_else(|| wanted(child))
        }
    })
}

fn form_of_query(query: &Element) -> Option<&Element> {
    if !query.is("query", NS_REGISTER) {
        return None;
    }
    query.children().find_map(wanted)
}

fn wanted(x: &Element) -> Option<&Element> {
    let form = x.is("x", NS_DATA) && x.attr("type") == Some("form");
    (form && glance::is_sendable(x)).then_some(x)
}

#[cfg(test)]
mod tests;
