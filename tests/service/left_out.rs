//! What is left out, or left empty: what it means to a form, and what the application is told of it.

use xmpp_registration::FieldKind;
use xmpp_registration::service::{DataForm, Fields, FormField, Offer};

use super::steps::*;

/// A service that has offered these to an account, which gets none of the two fields by its login.
fn offered(fields: Fields) -> Host {
    let mut host = contests();
    let get = get_from(BILL).replace("id=", "to='contests.shakespeare.lit' id=");
    host.offers(&get, &Offer::of_fields(fields).expect("good"));
    host
}

fn set_there(inner: &str) -> String {
    set_from(BILL, inner).replace("id=", "to='contests.shakespeare.lit' id=")
}

/// Whoever changes an address need not have a new password; an empty one is none, and never told.
#[test]
fn a_name_and_a_password_may_be_optional() {
    for optional in ["username", "password"] {
        for empty in [String::new(), format!("<{optional}/>")] {
            let mut host = offered(Fields::new().field("email").optional(optional));
            host.comes(&set_there(&format!("{empty}<email>b@x.y</email>")));
            let submission = host.submission();
            assert_eq!((submission.username(), submission.password()), (None, None));
            let names: Vec<_> = submission.fields().map(|(name, _)| name).collect();
            assert_eq!(names, ["email"], "{empty}");
        }
        // Where it is not, nothing else will do.
        for empty in [String::new(), format!("<{optional}/>")] {
            let mut host = offered(Fields::of(["email", optional]));
            host.comes(&set_there(&format!("{empty}<email>b@x.y</email>")));
            let told = host.refuses("not-acceptable", "modify");
            assert_eq!(told, format!("`{optional}` needs a value"));
        }
    }
}

#[test]
fn an_optional_password_may_be_left_empty_in_a_data_form() {
    for required in [false, true] {
        let password = FormField::new(FieldKind::TextPrivate, "password");
        let password = if required {
            password.required()
        } else {
            password
        };
        let email = FormField::new(FieldKind::TextSingle, "email").value("b@x.y");
        let form = DataForm::new().field(email).field(password);
        let mut host = server();
        host.offers(&get_from(BILL), &Offer::of_form(form).expect("good"));
        host.comes(&set_from(BILL, &submit(&[("email", ""), ("password", "")])));
        if required {
            let told = host.refuses("not-acceptable", "modify");
            assert_eq!(told, "`password` needs a value");
            continue;
        }
        // The address goes; of a password nothing was said.
        let submission = host.submission();
        let fields: Vec<_> = submission
            .fields()
            .map(|(name, values)| (name, values.count()))
            .collect();
        assert_eq!(fields, [("email", 0)]);
        assert_eq!(submission.password(), None);
    }
}

/// An empty value among others would be told without a rule having seen it, and count as one of so many.
#[test]
fn an_empty_value_of_a_list_is_none() {
    let list = FormField::new(FieldKind::ListMulti, "n")
        .option("One", "1")
        .datatype("xs:integer")
        .range(Some("1"), Some("9"))
        .list_range(Some(2), None)
        .required();
    let jids = FormField::new(FieldKind::JidMulti, "j");
    let offer = Offer::of_form(DataForm::new().field(list).field(jids)).expect("good");
    let values =
        |of: &[&str]| -> String { of.iter().map(|it| format!("<value>{it}</value>")).collect() };
    let form = |numbers: &[&str], jids: &[&str]| {
        let (numbers, jids) = (values(numbers), values(jids));
        let fields = format!("<field var='n'>{numbers}</field><field var='j'>{jids}</field></x>");
        set(&submit(&[]).replace("</x>", &fields))
    };
    let mut host = server();
    for few in [&["", "7"][..], &["7", "", ""], &["", "7", "7"]] {
        host.offers(get(), &offer);
        host.comes(&form(few, &[]));
        let told = host.refuses("not-acceptable", "modify");
        assert_eq!(told, "select at least 2 options of `n`");
    }
    host.offers(get(), &offer);
    host.comes(&form(&["", "7", "", "1"], &["", "a@b", ""]));
    let submission = host.submission();
    assert!(submission.values("n").eq(["7", "1"]));
    assert!(submission.values("j").eq(["a@b"]));
    host.offers(get(), &offer);
    host.comes(&form(&["", ""], &[""]));
    let told = host.refuses("not-acceptable", "modify");
    assert_eq!(told, "`n` needs a value");
}

/// What the form itself has as its answer is no yes, since nobody said it; but it is a no.
#[test]
fn the_default_of_remove_does_not_remove() {
    let cancel = "jabber:iq:register:cancel";
    for (default, sent, told) in [
        ("0", None, "refused"),
        ("0", Some("0"), "refused"),
        ("0", Some("1"), "removal"),
        ("1", None, "removal"),
    ] {
        let remove = FormField::new(FieldKind::Boolean, "remove").value(default);
        let form = account_form().form_type(cancel).field(remove);
        let mut host = server();
        host.offers(&get_from(BILL), &Offer::of_form(form).expect("good"));
        let mut fields = vec![("username", "bill"), ("password", "Calliope")];
        fields.extend(sent.map(|it| ("remove", it)));
        host.comes(&set_from(
            BILL,
            &submit(&fields).replace("jabber:iq:register", cancel),
        ));
        if told == "refused" {
            let advice = "say yes to `remove`, or cancel the form to stay registered";
            assert_eq!(host.refuses("not-acceptable", "modify"), advice);
        } else {
            assert_eq!(host.submission().purpose().to_string(), told);
        }
    }
}
