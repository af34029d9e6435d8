//! Forms that are demanded: what answers them, what does not, and when they are closed.

use xmpp_registration::FieldKind;
use xmpp_registration::service::{
    Answered, Captcha, DataForm, Fields, FormField, Offer, Purpose, Submission,
};

use super::steps::*;

const ROSE: &str = "bill@shakespeare.lit/rose";
const REMOVE: &str = "<remove/>";
const NEW_PASSWORD: &str = "<username>bill</username><password>Calliope</password>";
const CANCEL: &str = "jabber:iq:register:cancel";
const CHANGE: &str = "jabber:iq:register:changepassword";

fn account_offer() -> Offer {
    Offer::of_form(account_form()).expect("a good offer")
}

/// The form, filled in, with this type.
fn filled(form_type: &str) -> String {
    let fields = submit(&[("username", "bill"), ("password", "Calliope")]);
    fields.replace("jabber:iq:register", form_type)
}

/// The same with one more field.
fn with(form: &str, var: &str, value: &str) -> String {
    let field = format!("<field var='{var}'><value>{value}</value></field></x>");
    form.replace("</x>", &field)
}

impl Host {
    /// This comes, and the form is demanded.
    #[track_caller]
    fn demands(&mut self, from: &str, asked: &str, form: &Offer) {
        self.comes(&set_from(from, asked));
        let submission = self.submission();
        assert!(!submission.answers_demand() && !submission.answers_challenge());
        let answered = self.service.demand(submission, form).expect("its own");
        assert_eq!(answered, Answered::Queued);
        let refusal = self.stanza().1;
        assert_eq!(refusal.attr("type"), Some("error"));
        assert!(refusal.has_child("query", "jabber:iq:register"));
    }

    #[track_caller]
    fn submits(&mut self, from: &str, inner: &str) -> Submission {
        self.comes(&set_from(from, inner));
        self.submission()
    }

    #[track_caller]
    fn accepts(&mut self, submission: Submission) {
        let answered = self.service.accept(submission).expect("its own");
        assert_eq!(answered, Answered::Queued);
        self.stanza();
        self.is_quiet();
    }
}

/// The application is told whether the form was filled in: the bare request may come once more, from another client of the
/// account too.
#[test]
fn a_demand_is_answered_by_its_form_only() {
    for (asked, form_type) in [(REMOVE, CANCEL), (NEW_PASSWORD, CHANGE)] {
        let mut host = server();
        host.demands(BILL, asked, &account_offer());
        for from in [BILL, ROSE] {
            assert!(!host.submits(from, asked).answers_demand(), "{asked}");
        }
        assert!(host.submits(BILL, &filled(form_type)).answers_demand());
        // What is offered is no demand, whatever its type.
        let offer = Offer::of_form(account_form().form_type(form_type)).expect("good");
        host.offers(&get_from(BILL), &offer);
        assert!(!host.submits(BILL, &filled(form_type)).answers_demand());
    }
}

/// Who wants little before a password is changed may want more before an account is removed.
#[test]
fn a_demand_for_one_purpose_is_not_answered_for_another() {
    let remove = FormField::new(FieldKind::Boolean, "remove");
    let offer = Offer::of_form(account_form().field(remove)).expect("good");
    for (yes, purpose, answers) in [
        ("0", Purpose::ChangePassword, true),
        ("1", Purpose::Remove, false),
    ] {
        let mut host = server();
        host.demands(BILL, NEW_PASSWORD, &offer);
        let submission = host.submits(BILL, &with(&filled(CHANGE), "remove", yes));
        let told = (submission.purpose(), submission.answers_demand());
        assert_eq!(told, (purpose, answers));
    }
}

#[test]
fn a_challenge_that_was_answered_is_told() {
    let captcha = Captcha::question("c1", "The name of the theatre?", "7nHL3");
    let builder = Offer::builder().form(account_form()).captcha(captcha);
    let offer = builder.build().expect("good");
    let x = submit(&[
        ("from", "shakespeare.lit"),
        ("challenge", "c1"),
        ("sid", "reg2"),
        ("username", "bill"),
        ("password", "Calliope"),
        ("qa", "7nHL3"),
    ]);
    let x = x.replace("jabber:iq:register", "urn:xmpp:captcha");
    let mut host = server();
    host.demands(BILL, NEW_PASSWORD, &offer);
    let submission = host.submits(BILL, &x);
    assert!(submission.answers_demand() && submission.answers_challenge());
    host.offers(&get_from(BILL).replace("reg1", "reg2"), &offer);
    let submission = host.submits(BILL, &x);
    assert!(!submission.answers_demand() && submission.answers_challenge());
}

/// What is done for one client of an account leaves the form open that another one is filling in.
#[test]
fn what_is_done_closes_the_form_that_was_filled_in_and_no_other() {
    let mut host = server();
    host.demands(ROSE, REMOVE, &account_offer());
    // Needs no form.
    let changed = host.submits(BILL, NEW_PASSWORD);
    host.accepts(changed);
    assert_eq!(host.service.open_forms(), 1);
    // Fills in a form whose place another one has taken since.
    host.offers(&get_from(BILL), &account_offer());
    let updated = host.submits(BILL, &filled("jabber:iq:register"));
    host.demands(ROSE, REMOVE, &account_offer());
    host.accepts(updated);
    assert_eq!(host.service.open_forms(), 1);
    let removal = host.submits(ROSE, &filled(CANCEL));
    assert!(removal.answers_demand());
    host.accepts(removal);
    assert_eq!(host.service.open_forms(), 0);
    // The form itself.
    host.offers(&get_from(BILL), &account_offer());
    let updated = host.submits(BILL, &filled("jabber:iq:register"));
    assert_eq!(host.service.open_forms(), 1);
    host.accepts(updated);
    assert_eq!(host.service.open_forms(), 0);
}

/// One client of an account cancels what it was offered, and not what was demanded of another one since.
#[test]
fn a_cancelled_form_is_the_one_that_is_open() {
    let cancel = |form_type: &str| {
        let form_type = format!("<field var='FORM_TYPE'>{form_type}</field>");
        format!("<x xmlns='jabber:x:data' type='cancel'>{form_type}</x>")
    };
    let captcha = Captcha::question("c1", "The name of the theatre?", "7nHL3");
    let challenge = Offer::builder().form(account_form()).captcha(captcha);
    let challenge = challenge.build().expect("good");
    let plain = account_offer();
    for (offer, form_type, is_open) in [
        (&plain, format!("<value>{CANCEL}</value>"), false),
        (&plain, "<value>jabber:iq:register</value>".into(), true),
        (
            &plain,
            "<value>jabber:iq:register:cancel:</value>".into(),
            true,
        ),
        (&plain, "<value/>".into(), true),
        (&plain, String::new(), false),
        (&challenge, format!("<value>{CANCEL}</value>"), true),
        (&challenge, "<value>urn:xmpp:captcha</value>".into(), false),
    ] {
        let mut host = server();
        host.demands(ROSE, REMOVE, offer);
        host.comes(&set_from(BILL, &cancel(&form_type)));
        assert_eq!(host.stanza().1.attr("type"), Some("result"));
        let open = host.service.open_forms();
        assert_eq!(open, usize::from(is_open), "{form_type}");
    }
    let mut host = server();
    host.demands(ROSE, REMOVE, &plain);
    host.comes(&set_from(BILL, "<x xmlns='jabber:x:data' type='cancel'/>"));
    assert_eq!(host.service.open_forms(), 0);
    // Of a type that both have, what it was demanded for tells them apart.
    let own = typed(Some("urn:a"));
    let told = |for_what: &str| with(&cancel("<value>urn:a</value>"), "x-demanded-for", for_what);
    for (form, is_open) in [
        (cancel("<value>urn:a</value>"), true),
        (told("password"), true),
        (told("removal"), false),
    ] {
        let mut host = server();
        host.demands(ROSE, REMOVE, &own);
        host.comes(&set_from(BILL, &form));
        assert_eq!(host.service.open_forms(), usize::from(is_open), "{form}");
    }
}

/// Whoever is gone fills in nothing more; what comes next is about another registration.
#[test]
fn a_removal_closes_whatever_form_is_open() {
    let mut host = server();
    host.offers(&get_from(ROSE), &account_offer());
    let removal = host.submits(BILL, REMOVE);
    host.accepts(removal);
    assert_eq!(host.service.open_forms(), 0);
}

/// Only the data form is sent with a demand: fields that come instead were typed for something else, and the purpose of
/// the demand is not theirs. A removal would be carried out for a user who meant to change an address.
#[test]
fn fields_are_no_answer_to_a_demand() {
    let mut host = server();
    let fields = Fields::of(["username", "password", "email"]);
    let both = Offer::builder().form(account_form()).fields(fields);
    host.demands(BILL, REMOVE, &both.build().expect("a good offer"));
    let typed = "<username>bill</username><password>Calliope</password><email>b@x.y</email>";
    host.comes(&set_from(BILL, typed));
    assert_eq!(
        host.refuses("not-acceptable", "modify"),
        "fill in the data form that was demanded"
    );
    // The demand stands, and what answers it is the removal.
    let submission = host.submits(BILL, &filled(CANCEL));
    assert_eq!(submission.purpose(), Purpose::Remove);
}

/// An account has one open form, and several clients. What one of them fills in must not pass for what the other one was
/// asked: the form that is demanded says what for, also where the application does not.
#[test]
fn a_form_is_no_answer_to_what_another_client_was_asked() {
    let (offer, offered) = (account_offer(), filled("jabber:iq:register"));
    for (asked, form_type, purpose) in [
        (REMOVE, CANCEL, Purpose::Remove),
        (NEW_PASSWORD, CHANGE, Purpose::ChangePassword),
    ] {
        let mut host = server();
        // The second client's form takes the place of the first one's.
        host.offers(&get_from(BILL), &offer);
        host.demands(ROSE, asked, &offer);
        host.comes(&set_from(BILL, &offered));
        let advice = "`FORM_TYPE` must come back unchanged";
        assert_eq!(host.refuses("not-acceptable", "modify"), advice);
        let submission = host.submits(ROSE, &filled(form_type));
        assert_eq!(submission.purpose(), purpose);
        // And the other way round.
        host.offers(&get_from(BILL), &offer);
        host.comes(&set_from(ROSE, &filled(form_type)));
        assert_eq!(host.refuses("not-acceptable", "modify"), advice);
        let submission = host.submits(BILL, &offered);
        assert_eq!(submission.purpose(), Purpose::Register);
    }
}

/// A demanded form may have a type of the application's own: what it was demanded for counts. But whoever says that the
/// registration is to go means that.
#[test]
fn a_demand_is_for_what_it_was_made_for_whatever_its_type() {
    let own_type = "urn:example:check";
    let form = account_form()
        .form_type(own_type)
        .field(FormField::new(FieldKind::Boolean, "remove"));
    let offer = Offer::of_form(form).expect("a good offer");
    for (asked, told, yes, purpose) in [
        (
            NEW_PASSWORD,
            "password",
            None,
            Some(Purpose::ChangePassword),
        ),
        (
            NEW_PASSWORD,
            "password",
            Some("0"),
            Some(Purpose::ChangePassword),
        ),
        (NEW_PASSWORD, "password", Some("1"), Some(Purpose::Remove)),
        (REMOVE, "removal", None, Some(Purpose::Remove)),
        // Who says no is not to lose the account.
        (REMOVE, "removal", Some("0"), None),
        (REMOVE, "removal", Some("1"), Some(Purpose::Remove)),
    ] {
        let mut host = server();
        host.demands(BILL, asked, &offer);
        let answer = with(&filled(own_type), "x-demanded-for", told);
        let answer = yes.map_or(answer.clone(), |it| with(&answer, "remove", it));
        let Some(purpose) = purpose else {
            host.comes(&set_from(BILL, &answer));
            let advice = "say yes to `remove`, or cancel the form to stay registered";
            assert_eq!(host.refuses("not-acceptable", "modify"), advice);
            continue;
        };
        assert_eq!(host.submits(BILL, &answer).purpose(), purpose, "{answer}");
    }
}

/// The form, with another type or none of its own.
fn typed(form_type: Option<&str>) -> Offer {
    let form = account_form();
    let form = form_type.map_or(form.clone(), |it| form.form_type(it));
    Offer::of_form(form).expect("a good offer")
}

const REGISTER: &str = "<username>bill</username><email>b@x.y</email>";

/// A form's own type, what is asked, the type of the form that is demanded, and what else says what it is for.
const TOLD: [(Option<&str>, &str, &str, Option<&str>); 8] = [
    (Some("urn:a"), REMOVE, "urn:a", Some("removal")),
    (Some("urn:a"), NEW_PASSWORD, "urn:a", Some("password")),
    (Some("urn:a"), REGISTER, "urn:a", Some("registration")),
    (
        Some("jabber:iq:register"),
        REMOVE,
        "jabber:iq:register",
        Some("removal"),
    ),
    (None, REGISTER, "jabber:iq:register", Some("registration")),
    (None, REMOVE, CANCEL, None),
    (None, NEW_PASSWORD, CHANGE, None),
    (Some(CANCEL), REMOVE, CANCEL, None),
];

/// A server with a standing form of two fields.
fn standing() -> Host {
    let fields = Offer::of_fields(Fields::of(["username", "email"]));
    host(server_config().form(fields.expect("a good offer")))
}

#[test]
fn a_demand_says_what_for_whatever_its_type() {
    for (form_type, asked, sent_type, told) in TOLD {
        let offer = typed(form_type);
        let mut host = standing();
        host.comes(&set_from(ROSE, asked));
        let submission = host.submission();
        let _ = host.service.demand(submission, &offer).expect("its own");
        let demanded = String::from(&host.stanza().1).replace('"', "'");
        let field = |var: &str, value: &str| {
            format!("<field type='hidden' var='{var}'><value>{value}</value></field>")
        };
        let hidden = told.map(|it| field("x-demanded-for", it));
        let wanted = field("FORM_TYPE", sent_type) + &hidden.unwrap_or_default();
        assert!(demanded.contains(&wanted), "{demanded}");
        assert_eq!(demanded.contains("x-demanded-for"), told.is_some());
        // What is offered says nothing of a demand.
        let shown = String::from(&host.offers(&get_from(BILL), &offer));
        assert!(!shown.contains("x-demanded-for"), "{shown}");
    }
    let twice = account_form().field(FormField::hidden("x-demanded-for", "x"));
    assert!(Offer::of_form(twice).is_err());
}

/// What another client of the account fills in for something else, in a form of the same looks, is no answer.
#[test]
fn what_was_demanded_for_something_else_is_no_answer() {
    for (form_type, asked, sent_type, told) in TOLD {
        let mut host = standing();
        host.demands(ROSE, asked, &typed(form_type));
        let answer = filled(sent_type);
        let others = ["registration", "password", "removal", ""];
        for other in others
            .into_iter()
            .filter(|it| told.is_some_and(|told| told != *it))
        {
            host.comes(&set_from(BILL, &with(&answer, "x-demanded-for", other)));
            let advice = "`x-demanded-for` must come back unchanged";
            assert_eq!(host.refuses("not-acceptable", "modify"), advice);
        }
        let answer = told.map_or(answer.clone(), |it| with(&answer, "x-demanded-for", it));
        let submission = host.submits(ROSE, &answer);
        assert!(submission.answers_demand());
        // The service's own business.
        assert_eq!(submission.value("x-demanded-for"), None);
    }
}

/// And the other way round: one client confirms what was demanded of it, but another has been offered a form since.
#[test]
fn an_answer_to_a_demand_is_none_to_an_offer() {
    let own = typed(Some("urn:a"));
    let mut host = server();
    host.demands(BILL, REMOVE, &own);
    host.offers(&get_from(ROSE), &own);
    let confirmed = with(&filled("urn:a"), "x-demanded-for", "removal");
    host.comes(&set_from(BILL, &confirmed));
    let advice = "this answers what was demanded before: begin anew";
    assert_eq!(host.refuses("not-acceptable", "modify"), advice);
    // What is offered is open yet.
    let submission = host.submits(ROSE, &filled("urn:a"));
    assert_eq!(submission.purpose(), Purpose::Register);
}

/// A field that only has the name asks for no removal, and the default of one that was not sent is no yes.
#[test]
fn a_removal_is_asked_for_by_a_yes_or_no_and_said() {
    let boolean = |name| FormField::new(FieldKind::Boolean, name);
    let days = FormField::new(FieldKind::ListSingle, "remove").option("a day", "1");
    let two = |yes: &'static str| {
        let form = DataForm::new().field(boolean("remove"));
        form.field(boolean("unregister").value(yes))
    };
    let cases = [
        (
            DataForm::new().field(days),
            &[("remove", "1")][..],
            Purpose::Register,
        ),
        (two("1"), &[("remove", "0")], Purpose::Register),
        (two("1"), &[], Purpose::Register),
        (two("0"), &[("remove", "1")], Purpose::Remove),
        (two("0"), &[("unregister", "1")], Purpose::Remove),
        (
            two("0"),
            &[("remove", "0"), ("unregister", "true")],
            Purpose::Remove,
        ),
        (
            two("0"),
            &[("remove", "0"), ("unregister", "0")],
            Purpose::Register,
        ),
    ];
    for (form, sent, purpose) in cases {
        let mut host = server();
        host.offers(&get_from(BILL), &Offer::of_form(form).expect("good"));
        let submission = host.submits(BILL, &submit(sent));
        assert_eq!(submission.purpose(), purpose, "{sent:?}");
    }
}

/// White space around a type means nothing, to either side.
#[test]
fn a_type_is_what_it_says() {
    let mut host = server();
    let shown = String::from(&host.offers(&get_from(BILL), &typed(Some("\n urn:a "))));
    assert!(shown.contains(">urn:a<"), "{shown}");
}

/// The other way round: the form that one client was offered is not what was demanded of another, though it looks the same.
#[test]
fn what_was_offered_is_no_answer_to_a_demand_to_register() {
    let mut host = server();
    host.offers(&get_from(BILL), &account_offer());
    host.offers(&get_from(ROSE), &account_offer());
    host.demands(ROSE, &filled("jabber:iq:register"), &account_offer());
    host.comes(&set_from(BILL, &filled("jabber:iq:register")));
    let advice = "`x-demanded-for` must come back unchanged";
    assert_eq!(host.refuses("not-acceptable", "modify"), advice);
}
