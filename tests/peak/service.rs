use minidom::Element;
use xmpp_registration::service::{
    Captcha, DataForm, Fields, FormField, Offer, RegistrationService, ServiceConfig, ServiceEvent,
    ServiceOutput,
};
use xmpp_registration::{FieldKind, Handled};

use super::heap::peak;
use super::{LITTLE, LONG, assert_little, each_place};

const GET: &str = "\
<iq xmlns='jabber:client' type='get' to='example.com' from='juliet@example.com/b' id='i' xml:lang='en'>\
<query xmlns='jabber:iq:register' odd='o'>t</query></iq>";

const FIELDS: &str = "\
<iq xmlns='jabber:client' type='set' to='example.com' id='i' xml:lang='en'><query xmlns='jabber:iq:register'>\
<username odd='o'>u</username><password>p</password><email>e</email></query></iq>";

const FORM: &str = "\
<iq xmlns='jabber:client' type='set' to='example.com' id='i' xml:lang='en'><query xmlns='jabber:iq:register'>\
<x xmlns='jabber:x:data' type='submit'>\
<field type='hidden' var='FORM_TYPE'><value>urn:xmpp:captcha</value></field>\
<field type='hidden' var='challenge'><value>f3a6</value></field>\
<field type='hidden' var='sid'><value>s</value></field>\
<field type='text-single' var='username'><value>u</value></field>\
<field type='text-private' var='password'><value>p</value></field>\
<field type='text-single' var='ocr'><value>a</value></field></x></query></iq>";

const REMOVAL: &str = "\
<iq xmlns='jabber:client' type='set' to='example.com' from='juliet@example.com/b' id='i'>\
<query xmlns='jabber:iq:register'><remove odd='o'>t</remove></query></iq>";

const TOKEN: &str = "\
<iq xmlns='jabber:client' type='set' to='example.com' id='i' xml:lang='en'>\
<preauth xmlns='urn:xmpp:pars:0' token='t' odd='o'>t</preauth></iq>";

const PICTURE: &str = "\
<iq xmlns='jabber:client' type='get' to='example.com' id='i' xml:lang='en'>\
<data xmlns='urn:xmpp:bob' cid='c' odd='o'>t</data></iq>";

fn offer() -> Offer {
    let form = DataForm::new()
        .field(FormField::new(FieldKind::TextSingle, "username").required())
        .field(FormField::new(FieldKind::TextPrivate, "password").required());
    let captcha = Captcha::picture("f3a6", "image/png", b"\x89PNG", "green");
    Offer::builder()
        .form(form)
        .captcha(captcha)
        .build()
        .unwrap()
}

/// A service that has a standing offer, and has sent a challenge to the stream that asks.
fn service() -> RegistrationService {
    let config = ServiceConfig::server("example.com").unwrap();
    let standing = Offer::of_fields(Fields::of(["username", "password", "email"])).unwrap();
    let mut service = RegistrationService::new(config.form(standing));
    let get = "<iq xmlns='jabber:client' type='get' to='example.com' id='g'><query xmlns='jabber:iq:register'/></iq>";
    assert_eq!(
        service.handle_stanza_before_login(1, &get.parse().unwrap()),
        Handled::Consumed
    );
    let Some(ServiceOutput::Event(ServiceEvent::FormRequested(request))) = service.poll_output()
    else {
        panic!("no request");
    };
    assert!(service.offer(request, &offer()).is_ok());
    assert!(matches!(
        service.poll_output(),
        Some(ServiceOutput::Send { .. })
    ));
    service
}

/// What the service takes to hear a request, and to answer at once or to tell of it.
fn heard(mut service: RegistrationService, request: &Element) -> usize {
    peak(move || {
        let _ = if request.attr("from").is_some() {
            service.handle_stanza(request)
        } else {
            service.handle_stanza_before_login(1, request)
        };
        let told = service.poll_output();
        (service, told)
    })
}

#[test]
fn nothing_of_a_request_is_copied_beyond_the_limits_but_its_id() {
    for request in [GET, FIELDS, FORM, REMOVAL, TOKEN, PICTURE] {
        let whole: Element = request.parse().unwrap();
        assert!(heard(service(), &whole) > 0, "not heard: {request}");
        let seen = each_place(request, |it| heard(service(), it));
        let (ids, others): (Vec<_>, Vec<_>) = seen.into_iter().partition(|it| it.0 == "iq id");
        assert_little(others);
        // An answer goes back under the id, once.
        let bytes = ids.iter().map(|it| it.1).max().unwrap();
        assert!((LONG..LONG + LITTLE).contains(&bytes), "{request}: {bytes}");
    }
}
