//! Each example of XEP-0077, version 2.4, from the service's point of view.
//!
//! Answers differ from the XEP's own in two ways: they always say who answers, and errors never echo the request, which
//! the XEP forbids for passwords (section 3.3) and only shows elsewhere.

use xmpp_registration::service::{
    DataForm, FormField, Offer, Purpose, Refusal, disco_features, stream_feature,
};
use xmpp_registration::{Condition, FieldKind};

use super::steps::*;

const SET: &str = "<iq type='set' id='reg2'><query xmlns='jabber:iq:register'><username>bill</username>\
    <password>Calliope</password><email>bard@shakespeare.lit</email></query></iq>";

fn offered() -> Host {
    let mut host = server();
    host.offers(get(), &plain_offer());
    host
}

#[test]
fn registration() {
    let mut host = server();
    host.comes(get());
    let request = host.form_request();
    assert_eq!(request.requester(), &stream());
    let _ = host.service.offer(request, &plain_offer()).expect("own");
    host.sends(
        "<iq type='result' id='reg1' from='shakespeare.lit'><query xmlns='jabber:iq:register'>\
         <instructions>Choose a username and password</instructions><username/><password/><email/></query></iq>",
    );
    host.comes(SET);
    let submission = host.submission();
    assert_eq!(submission.purpose(), Purpose::Register);
    assert_eq!(submission.username(), Some("bill"));
    assert_eq!(submission.password(), Some("Calliope"));
    assert_eq!(submission.value("email"), Some("bard@shakespeare.lit"));
    let names: Vec<_> = submission
        .fields()
        .map(|(name, _)| name.to_string())
        .collect();
    assert_eq!(names, ["username", "password", "email"]);
    let _ = host.service.accept(submission).expect("own");
    host.sends("<iq type='result' id='reg2' from='shakespeare.lit'/>");
    assert_eq!(host.service.open_forms(), 0);
}

#[test]
fn current_registration() {
    let mut host = server();
    host.comes("<iq type='get' id='reg1' from='juliet@shakespeare.lit/a'><query xmlns='jabber:iq:register'/></iq>");
    let request = host.form_request();
    let fields = xmpp_registration::service::Fields::new()
        .value("username", "juliet")
        .field("password")
        .value("email", "juliet@capulet.com");
    let offer = Offer::builder()
        .registered()
        .fields(fields)
        .build()
        .expect("good");
    let _ = host.service.offer(request, &offer).expect("own");
    host.sends(
        "<iq type='result' id='reg1' from='shakespeare.lit' to='juliet@shakespeare.lit/a'><query xmlns='jabber:iq:register'>\
         <registered/><username>juliet</username><password/><email>juliet@capulet.com</email></query></iq>",
    );
}

#[test]
fn conflict() {
    let mut host = offered();
    host.comes(SET);
    let submission = host.submission();
    let _ = host
        .service
        .refuse(submission, Refusal::conflict())
        .expect("own");
    host.sends(
        "<iq type='error' id='reg2' from='shakespeare.lit'><error code='409' type='cancel'>\
         <conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
    );
    // It can be mended at once.
    host.comes(&SET.replace("bill", "william"));
    assert_eq!(host.submission().username(), Some("william"));
}

#[test]
fn some_required_information_is_missing() {
    let mut host = offered();
    host.comes(&SET.replace("<email>bard@shakespeare.lit</email>", ""));
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "`email` needs a value"
    );
    host.comes(&SET.replace("Calliope", ""));
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "`password` needs a value"
    );
    host.comes(&SET.replace("<password>Calliope</password>", "<password/>"));
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "`password` needs a value"
    );
    host.comes(SET);
    host.submission();
}

fn contest() -> Offer {
    let required = |var, label| {
        FormField::new(FieldKind::TextSingle, var)
            .label(label)
            .required()
    };
    let form = DataForm::new()
        .title("Contest Registration")
        .instructions("Please provide the following information")
        .field(required("first", "Given Name"))
        .field(required("last", "Family Name"))
        .field(required("email", "Email Address"))
        .field(
            FormField::new(FieldKind::ListSingle, "x-gender")
                .label("Gender")
                .option("Male", "M")
                .option("Female", "F"),
        );
    let builder = Offer::builder().instructions("Use the enclosed form to register.");
    builder.form(form).build().expect("a good offer")
}

#[test]
fn contest_form() {
    let mut host = contests();
    host.comes("<iq type='get' from='juliet@capulet.com/balcony' to='contests.shakespeare.lit' id='reg3'><query xmlns='jabber:iq:register'/></iq>");
    let request = host.form_request();
    assert_eq!(request.requester(), &account("juliet@capulet.com"));
    let _ = host.service.offer(request, &contest()).expect("own");
    host.sends(
        "<iq type='result' from='contests.shakespeare.lit' to='juliet@capulet.com/balcony' id='reg3'>
         <query xmlns='jabber:iq:register'><instructions>Use the enclosed form to register.</instructions>
         <x xmlns='jabber:x:data' type='form'><title>Contest Registration</title>
         <instructions>Please provide the following information</instructions>
         <field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>
         <field type='text-single' label='Given Name' var='first'><required/></field>
         <field type='text-single' label='Family Name' var='last'><required/></field>
         <field type='text-single' label='Email Address' var='email'><required/></field>
         <field type='list-single' label='Gender' var='x-gender'>
         <option label='Male'><value>M</value></option><option label='Female'><value>F</value></option>
         </field></x></query></iq>",
    );
    host.comes("<iq type='set' from='juliet@capulet.com/balcony' to='contests.shakespeare.lit' id='reg4'>
        <query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'>
        <field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>
        <field type='text-single' label='Given Name' var='first'><value>Juliet</value></field>
        <field type='text-single' label='Family Name' var='last'><value>Capulet</value></field>
        <field type='text-single' label='Email Address' var='email'><value>juliet@capulet.com</value></field>
        <field type='list-single' label='Gender' var='x-gender'><value>F</value></field></x></query></iq>");
    let submission = host.submission();
    assert_eq!(submission.purpose(), Purpose::Register);
    assert_eq!(submission.value("x-gender"), Some("F"));
    assert_eq!(submission.value("FORM_TYPE"), None);
    let _ = host.service.accept(submission).expect("own");
    host.sends("<iq type='result' from='contests.shakespeare.lit' to='juliet@capulet.com/balcony' id='reg4'/>");
}

const REMOVE: &str = "<iq type='set' from='bill@shakespeare.lit/globe' id='unreg1'>\
    <query xmlns='jabber:iq:register'><remove/></query></iq>";

#[test]
fn cancellation() {
    let mut host = server();
    host.comes(REMOVE);
    let submission = host.submission();
    assert_eq!(submission.purpose(), Purpose::Remove);
    assert_eq!(submission.requester(), &account("bill@shakespeare.lit"));
    assert_eq!(submission.fields().count(), 0);
    let _ = host.service.accept(submission).expect("own");
    host.sends(
        "<iq type='result' to='bill@shakespeare.lit/globe' from='shakespeare.lit' id='unreg1'/>",
    );
}

#[track_caller]
fn refused(host: &mut Host, set: &str, refusal: Refusal, code: &str, kind: &str) {
    host.comes(set);
    let submission = host.submission();
    let condition = refusal.condition();
    let id = if set == REMOVE { "unreg1" } else { "change1" };
    let _ = host.service.refuse(submission, refusal).expect("own");
    host.sends(&format!(
        "<iq type='error' from='shakespeare.lit' to='bill@shakespeare.lit/globe' id='{id}'>\
         <error code='{code}' type='{kind}'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
    ));
}

#[test]
fn cancellation_error_cases() {
    let mut host = server();
    // The XEP's example has the code 401 with `forbidden`, which is 403 in XEP-0086.
    refused(
        &mut host,
        REMOVE,
        Refusal::removal_forbidden(),
        "403",
        "cancel",
    );
    refused(
        &mut host,
        REMOVE,
        Refusal::removal_not_allowed(),
        "405",
        "cancel",
    );
    refused(&mut host, REMOVE, Refusal::not_registered(), "407", "auth");
    host.comes(&REMOVE.replace("<remove/>", "<remove/><username>bill</username>"));
    host.refuses("bad-request", "modify");
    host.comes(&REMOVE.replace("<remove/>", "<remove/><x xmlns='other'/>"));
    host.refuses("bad-request", "modify");
    host.comes(&REMOVE.replace("<remove/>", "<remove/><remove/>"));
    host.refuses("bad-request", "modify");
    host.comes(&set("<remove/>"));
    host.refuses("unexpected-request", "wait");
}

fn proof(form_type: &str, title: &str) -> Offer {
    let text = |var| FormField::new(FieldKind::TextSingle, var).required();
    let private = |var| FormField::new(FieldKind::TextPrivate, var).required();
    let mut form = DataForm::new()
        .form_type(form_type)
        .title(title)
        .field(text("username"));
    if form_type.ends_with("changepassword") {
        form = form.field(private("old_password"));
    }
    form = form.field(private("password")).field(text("x-mmn"));
    Offer::of_form(form).expect("a good offer")
}

const CANCEL: &str = "<x xmlns='jabber:x:data' type='submit'>\
    <field type='hidden' var='FORM_TYPE'><value>jabber:iq:register:cancel</value></field>\
    <field type='text-single' var='username'><value>bill@shakespeare.lit</value></field>\
    <field type='text-private' var='password'><value>theglobe</value></field>\
    <field type='text-single' var='x-mmn'><value>Throckmorton</value></field></x>";

#[test]
fn cancellation_form() {
    let mut host = server();
    host.comes(REMOVE);
    let submission = host.submission();
    let form = proof("jabber:iq:register:cancel", "Cancel Registration");
    let _ = host.service.demand(submission, &form).expect("own");
    host.sends(
        "<iq type='error' from='shakespeare.lit' to='bill@shakespeare.lit/globe' id='unreg1'><query xmlns='jabber:iq:register'>\
         <x xmlns='jabber:x:data' type='form'><title>Cancel Registration</title>\
         <field type='hidden' var='FORM_TYPE'><value>jabber:iq:register:cancel</value></field>\
         <field type='text-single' var='username'><required/></field><field type='text-private' var='password'><required/></field>\
         <field type='text-single' var='x-mmn'><required/></field></x></query>\
         <error code='405' type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
    );
    host.comes(&set_from(BILL, CANCEL));
    let submission = host.submission();
    assert_eq!(submission.purpose(), Purpose::Remove);
    assert_eq!(submission.password(), Some("theglobe"));
    let _ = host.service.accept(submission).expect("own");
    host.sends(
        "<iq type='result' to='bill@shakespeare.lit/globe' from='shakespeare.lit' id='reg2'/>",
    );
}

#[test]
fn a_form_of_cancellation_is_no_use_where_none_was_demanded() {
    let mut host = server();
    host.comes(&set_from(BILL, CANCEL));
    host.refuses("not-acceptable", "modify");
    // Nor for somebody else's account.
    host.comes(REMOVE);
    let submission = host.submission();
    let form = proof("jabber:iq:register:cancel", "Cancel Registration");
    let _ = host.service.demand(submission, &form).expect("own");
    host.stanza();
    host.comes(&set_from(BILL, &CANCEL.replace("bill@", "juliet@")));
    host.refuses("forbidden", "auth");
}

const CHANGE: &str = "<iq type='set' to='shakespeare.lit' from='bill@shakespeare.lit/globe' id='change1'>\
    <query xmlns='jabber:iq:register'><username>bill</username><password>newpass</password></query></iq>";

#[test]
fn password_change() {
    let mut host = server();
    host.comes(CHANGE);
    let submission = host.submission();
    assert_eq!(submission.purpose(), Purpose::ChangePassword);
    assert_eq!(submission.username(), Some("bill"));
    assert_eq!(submission.password(), Some("newpass"));
    let _ = host.service.accept(submission).expect("own");
    host.sends(
        "<iq type='result' id='change1' from='shakespeare.lit' to='bill@shakespeare.lit/globe'/>",
    );
}

#[test]
fn password_change_error_cases() {
    let mut host = server();
    refused(
        &mut host,
        CHANGE,
        Refusal::password_incomplete(),
        "400",
        "modify",
    );
    refused(
        &mut host,
        CHANGE,
        Refusal::password_not_safe(),
        "401",
        "modify",
    );
    refused(
        &mut host,
        CHANGE,
        Refusal::password_not_allowed(),
        "405",
        "cancel",
    );
    refused(
        &mut host,
        CHANGE,
        Condition::UnexpectedRequest.into(),
        "400",
        "wait",
    );
    host.comes(&CHANGE.replace("newpass", ""));
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "`password` needs a value"
    );
    host.comes(&CHANGE.replace("<username>bill", "<username>juliet"));
    host.refuses("forbidden", "auth");
    host.comes(&CHANGE.replace("<username>bill", "<username>BILL"));
    assert_eq!(host.submission().purpose(), Purpose::ChangePassword);
    for left_out in ["<username>bill</username>", "<password>newpass</password>"] {
        host.comes(&CHANGE.replace(left_out, ""));
        host.refuses("bad-request", "modify");
    }
}

#[test]
fn password_change_form() {
    let mut host = server();
    host.comes(CHANGE);
    let submission = host.submission();
    let form = proof("jabber:iq:register:changepassword", "Password Change");
    let _ = host.service.demand(submission, &form).expect("own");
    let (_, stanza) = host.stanza();
    let shown = String::from(&stanza);
    assert!(
        shown.contains("old_password") && shown.contains("code='401'"),
        "{shown}"
    );
    assert!(
        shown.contains("type='modify'") && shown.contains("<not-authorized"),
        "{shown}"
    );
    let fields = CANCEL
        .replace(":cancel", ":changepassword")
        .replace(
            "'text-private' var='password'",
            "'text-private' var='old_password'",
        )
        .replace(
            "</x>",
            "<field var='password'><value>groundlings</value></field></x>",
        );
    host.comes(&set_from(BILL, &fields));
    let submission = host.submission();
    assert_eq!(submission.purpose(), Purpose::ChangePassword);
    assert_eq!(submission.value("old_password"), Some("theglobe"));
    assert_eq!(submission.password(), Some("groundlings"));
}

#[test]
fn redirection() {
    let mut host = contests();
    host.comes("<iq type='get' from='juliet@capulet.com/balcony' to='contests.shakespeare.lit' id='reg3'><query xmlns='jabber:iq:register'/></iq>");
    let request = host.form_request();
    let url = "http://www.shakespeare.lit/contests.php";
    let _ = host
        .service
        .redirect(request, url, "To register, visit the site")
        .expect("own");
    host.sends(
        "<iq type='result' from='contests.shakespeare.lit' to='juliet@capulet.com/balcony' id='reg3'><query xmlns='jabber:iq:register'>\
         <instructions>To register, visit the site</instructions>\
         <x xmlns='jabber:x:oob'><url>http://www.shakespeare.lit/contests.php</url></x></query></iq>",
    );
    assert_eq!(host.service.open_forms(), 0);
}

#[test]
fn not_supported() {
    let mut host = server();
    host.comes(get());
    let request = host.form_request();
    let _ = host
        .service
        .refuse(request, Refusal::unsupported())
        .expect("own");
    host.sends(
        "<iq type='error' id='reg1' from='shakespeare.lit'><error code='503' type='cancel'>\
         <service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
    );
}

#[test]
fn features() {
    let feature = String::from(&stream_feature());
    assert_eq!(
        feature,
        "<register xmlns='http://jabber.org/features/iq-register'/>"
    );
    let vars = |challenges| {
        let all = disco_features(challenges);
        all.map(|it| it.attr("var").unwrap_or_default().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(vars(false), ["jabber:iq:register"]);
    assert_eq!(
        vars(true),
        ["jabber:iq:register", "urn:xmpp:captcha", "urn:xmpp:bob"]
    );
}
