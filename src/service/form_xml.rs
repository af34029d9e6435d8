//! From a form and its fields to their elements.

use alloc::boxed::Box;
use alloc::string::String;

use minidom::Element;

use super::data_form::{DataForm, FormField, Medium, Method};
use crate::xml::{NS_DATA, NS_MEDIA, NS_VALIDATE, name};

/// `<x type='form'/>` without its fields.
pub(super) fn head(form: &DataForm) -> Element {
    let mut x = Element::builder("x", NS_DATA)
        .attr(name("type"), "form")
        .build();
    if let Some(title) = &form.title {
        x.append_child(text_element("title", title));
    }
    for instructions in &form.instructions {
        x.append_child(text_element("instructions", instructions));
    }
    x
}

/// `<field/>` with everything in it.
pub(super) fn field(field: &FormField) -> Element {
    let mut element = Element::builder("field", NS_DATA)
        .attr(name("type"), field.kind.name())
        .attr(name("var"), field.var.as_deref())
        .attr(name("label"), field.label.as_deref())
        .build();
    if let Some(description) = &field.description {
        element.append_child(text_element("desc", description));
    }
    if field.required {
        element.append_child(Element::bare("required", NS_DATA));
    }
    for value in &field.values {
        element.append_child(text_element("value", value));
    }
    for (label, value) in &field.options {
        let mut option = Element::builder("option", NS_DATA)
            .attr(name("label"), label.as_str())
            .build();
        option.append_child(text_element("value", value));
        element.append_child(option);
    }
    element.append_children(validate(field));
    element.append_children(media(&field.media));
    element
}

trait AppendChildren {
    fn append_children(&mut self, child: Option<Element>);
}

impl AppendChildren for Element {
    fn append_children(&mut self, child: Option<Element>) {
        if let Some(child) = child {
            self.append_child(child);
        }
    }
}

fn validate(field: &FormField) -> Option<Element> {
    if field.datatype.is_none() && field.method.is_none() && field.selections.is_none() {
        return None;
    }
    let mut validate = Element::builder("validate", NS_VALIDATE)
        .attr(name("datatype"), field.datatype.as_deref())
        .build();
    let method = match &field.method {
        None => None,
        Some(Method::Basic) => Some(Element::bare("basic", NS_VALIDATE)),
        Some(Method::Open) => Some(Element::bare("open", NS_VALIDATE)),
        Some(Method::Range(least, greatest)) => Some(
            Element::builder("range", NS_VALIDATE)
                .attr(name("min"), least.as_deref())
                .attr(name("max"), greatest.as_deref())
                .build(),
        ),
        Some(Method::Regex(pattern)) => {
            let mut regex = Element::bare("regex", NS_VALIDATE);
            regex.append_text_node(pattern.as_str());
            Some(regex)
        }
    };
    validate.append_children(method);
    if let Some((fewest, most)) = field.selections {
        validate.append_child(
            Element::builder("list-range", NS_VALIDATE)
                .attr(name("min"), fewest)
                .attr(name("max"), most)
                .build(),
        );
    }
    Some(validate)
}

fn media(media: &[Medium]) -> Option<Element> {
    let first = media.first()?;
    let mut element = Element::builder("media", NS_MEDIA)
        .attr(name("height"), first.size.map(|it| it.1))
        .attr(name("width"), first.size.map(|it| it.0))
        .build();
    for medium in media {
        let mut uri = Element::builder("uri", NS_MEDIA)
            .attr(name("type"), medium.mime_type.as_str())
            .build();
        uri.append_text_node(medium.uri.as_str());
        element.append_child(uri);
    }
    Some(element)
}

fn text_element(of: &str, text: &str) -> Element {
    let mut element = Element::bare(of, NS_DATA);
    if !text.is_empty() {
        element.append_text_node(text);
    }
    element
}

/// Every text of a field that goes into a stanza, to be checked.
pub(super) fn texts(field: &FormField) -> Box<dyn Iterator<Item = &str> + '_> {
    let bounds: [Option<&String>; 2] = match &field.method {
        Some(Method::Range(least, greatest)) => [least.as_ref(), greatest.as_ref()],
        Some(Method::Regex(pattern)) => [Some(pattern), None],
        _ => [None, None],
    };
    let single = [
        field.var.as_ref(),
        field.label.as_ref(),
        field.description.as_ref(),
        field.datatype.as_ref(),
    ];
    let options = field.options.iter().flat_map(|it| [&it.0, &it.1]);
    let media = field.media.iter().flat_map(|it| [&it.mime_type, &it.uri]);
    let all = single.into_iter().chain(bounds).flatten();
    Box::new(
        all.chain(field.values.iter().map(|it| &**it))
            .chain(options)
            .chain(media)
            .map(String::as_str),
    )
}
