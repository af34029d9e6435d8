//! How much memory a stanza can make the machine and the service take: whatever is how long in it, only so much as the
//! limits say. An allocator counts.

#[path = "peak/client.rs"]
mod client;
#[path = "peak/heap.rs"]
mod heap;
#[path = "peak/service.rs"]
mod service;

use minidom::Element;

#[global_allocator]
static HEAP: heap::Heap = heap::Heap;

/// So long is one text or one attribute of a stanza, far beyond every limit.
const LONG: usize = 8 * 1024 * 1024;

/// What the limits of the tests let somebody keep is far below this.
const LITTLE: usize = 256 * 1024;

/// The stanza with one text or attribute after the other made that long; each with its peak, and what was made long.
fn each_place(stanza: &str, mut peak: impl FnMut(&Element) -> usize) -> Vec<(String, usize)> {
    let mut seen = Vec::new();
    loop {
        let mut element: Element = stanza.parse().unwrap();
        let Some(place) = lengthen(&mut element, &mut seen.len()) else {
            return seen;
        };
        let bytes = peak(&element);
        seen.push((place, bytes));
    }
}

/// Makes the text or attribute at this place long, and names it; `None`: there is no such place.
fn lengthen(element: &mut Element, place: &mut usize) -> Option<String> {
    let of = element.name().to_owned();
    for ((_, name), value) in element.attrs_mut() {
        if *place == 0 {
            *value = value.repeat(LONG / value.len().max(1));
            return Some(format!("{of} {}", &**name));
        }
        *place -= 1;
    }
    for text in element.texts_mut() {
        if *place == 0 {
            *text = text.repeat(LONG / text.len().max(1));
            return Some(format!("text of {of}"));
        }
        *place -= 1;
    }
    element
        .children_mut()
        .find_map(|child| lengthen(child, place))
}

/// No place costs more than a little; gives the names of the places.
#[track_caller]
fn assert_little(seen: Vec<(String, usize)>) -> Vec<String> {
    let dear: Vec<_> = seen.iter().filter(|it| it.1 > LITTLE).collect();
    assert!(dear.is_empty(), "{dear:?}");
    seen.into_iter().map(|it| it.0).collect()
}

#[test]
fn the_counter_sees_what_is_copied() {
    let text = "x".repeat(LONG);
    assert!(heap::peak(|| text.len()) == 0);
    assert!(heap::peak(|| text.clone()) >= LONG);
    assert!(heap::peak(|| drop(text.clone())) >= LONG);
}

/// What the crate's documentation says of minidom: a stanza takes some thirty times its size. Many small fields take more,
/// long texts less.
#[test]
fn a_parsed_stanza_is_much_larger_than_its_text() {
    let field = |at: u32| {
        format!("<field type='text-single' var='field-{at}' label='A question'><required/></field>")
    };
    let fields: String = (0..200).map(field).collect();
    let form = format!("<x xmlns='jabber:x:data' type='form'>{fields}</x>");
    let mut parsed = None;
    let bytes = heap::peak(|| parsed = form.parse::<Element>().ok());
    assert!(parsed.is_some());
    let times = bytes / form.len();
    assert!((20..=40).contains(&times), "{times} times");
}
