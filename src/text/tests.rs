use super::*;
use alloc::format;
use alloc::string::ToString;

fn client(text: &str) -> Result<Element, TextError> {
    read(text, StreamNamespace::Client)
}

#[test]
fn the_default_namespace_is_that_of_the_stream_unless_it_is_declared() {
    let texts = [
        "<iq id='a'/>",
        " \n<iq id='a'></iq>\n",
        "<iq xmlns='jabber:client' id='a'/>",
        "<?xml version='1.0'?><iq id='a'/>",
        "<c:iq xmlns:c='jabber:client' id='a'/>",
    ];
    for text in texts {
        let stanza = client(text).unwrap();
        assert!(stanza.is("iq", "jabber:client"), "{text}");
        assert_eq!(stanza.attr("id"), Some("a"));
    }
    let component = read("<iq><a xmlns='urn:x'/></iq>", StreamNamespace::Component).unwrap();
    assert!(component.is("iq", "jabber:component:accept"));
    assert!(component.has_child("a", "urn:x"));
    let other = client("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>").unwrap();
    assert!(other.has_ns("urn:ietf:params:xml:ns:xmpp-framing"));
}

/// As libstrophe, a browser's serializer and Prosody write them.
#[test]
fn what_other_stacks_print_is_read() {
    let texts = [
        "<iq id=\"p-1\" type=\"result\"><query xmlns=\"jabber:iq:register\"><username/></query></iq>",
        "<iq xmlns=\"jabber:client\" id=\"p-1\" type=\"result\" xml:lang=\"en\"><query \
         xmlns=\"jabber:iq:register\"><username></username></query></iq>",
        "<iq type='result' id='p-1'><ns1:query xmlns:ns1='jabber:iq:register'><ns1:username/></ns1:query></iq>",
        "<iq\n  type = 'result'\n  id = 'p-1'\n><query xmlns='jabber:iq:register'>&#10;<username /></query></iq>",
    ];
    for text in texts {
        let stanza = client(text).unwrap();
        let query = stanza.get_child("query", "jabber:iq:register").unwrap();
        assert!(query.has_child("username", "jabber:iq:register"), "{text}");
    }
}

#[test]
fn what_is_not_one_stanza_is_an_error() {
    let not_one = ["", " ", "<iq>", "<iq><a></iq", "<iq/><iq/>", "<iq/> x", "x"];
    for text in not_one {
        assert_eq!(client(text), Err(TextError::NotOne), "{text:?}");
    }
    let not_xml = [
        "<iq></a>",
        "<iq a='1' a='2'></a>",
        "<iq>&nbsp;</iq>",
        "<p:iq/>",
        "<!DOCTYPE iq><iq/>",
        "<iq>\u{1}</iq>",
    ];
    for text in not_xml {
        assert_eq!(client(text), Err(TextError::NotXml), "{text:?}");
    }
}

#[test]
fn depth_and_length_are_bounded() {
    const DEEP: usize = if cfg!(miri) { 2_000 } else { 200_000 };
    let nested = |levels: usize| "<a>".repeat(levels) + &"</a>".repeat(levels);
    assert_eq!(
        crate::tree::depth(&client(&nested(DEEPEST)).unwrap()),
        DEEPEST
    );
    for levels in [DEEPEST + 1, DEEP] {
        assert_eq!(client(&nested(levels)), Err(TextError::TooDeep));
    }
    let long = |length: usize| {
        let around = "<iq></iq>".len();
        format!("<iq>{}</iq>", "x".repeat(length - around))
    };
    // Miri would read it for hours.
    if !cfg!(miri) {
        assert!(client(&long(MOST_BYTES)).is_ok());
    }
    assert_eq!(client(&long(MOST_BYTES + 1)), Err(TextError::TooLong));
}

/// Wherever the pieces are cut: in a name, an entity, a character of several bytes.
#[test]
fn pieces_do_not_show() {
    const REPEATS: usize = if cfg!(miri) { 4 } else { 400 };
    // Miri sees one cut: within a character, an attribute, before an entity, within one.
    const FIRST: usize = if cfg!(miri) { PIECE - 51 } else { 0 };
    const STEP: usize = if cfg!(miri) { 13 } else { 1 };
    let inside = "<b c='d&amp;e'>\u{e4}\u{1F600}&lt;</b>".repeat(REPEATS);
    let whole: Element = format!("<iq xmlns='jabber:client'>{inside}</iq>")
        .parse()
        .unwrap();
    for shift in (FIRST..FIRST + 40).step_by(STEP) {
        // What stands before the stanza is cut off: the shift is within.
        let text = format!("<iq{}>{inside}</iq>", " ".repeat(shift));
        let stanza = client(&text).unwrap();
        let texts = |of: &Element| of.children().map(Element::text).collect::<String>();
        assert_eq!(texts(&stanza), texts(&whole));
        assert_eq!(stanza.children().count(), REPEATS);
    }
}

#[test]
fn what_is_written_can_be_read() {
    let text = "<iq xmlns='jabber:client' type='get'><query xmlns='jabber:iq:register'/></iq>";
    let stanza = client(text).unwrap();
    assert_eq!(client(&write(&stanza)), Ok(stanza));
    assert_eq!(TextError::TooDeep.to_string(), "the stanza is too deep");
}
