//! A field `key` that the user can see is a question; the transaction key of XEP-0077 section 7 is the service's own.

use xmpp_registration::FieldKind;
use xmpp_registration::service::{Answered, FormField, Offer, Refusal};

use super::steps::*;

fn submission(host: &mut Host, key: FormField) -> xmpp_registration::service::Submission {
    let offer = Offer::of_form(account_form().field(key)).expect("good");
    host.offers(get(), &offer);
    let all = [
        ("username", "bill"),
        ("password", "Calliope"),
        ("key", "k3y"),
    ];
    host.comes(&set(&submit(&all)));
    host.submission()
}

#[test]
fn what_a_user_typed_into_a_field_named_key_comes() {
    let mut host = server();
    host.secrets.push("k3y");
    let asked = FormField::new(FieldKind::TextSingle, "key").required();
    let submission = submission(&mut host, asked);
    assert_eq!(submission.value("key"), Some("k3y"));
    let names: Vec<_> = submission.fields().map(|it| it.0).collect();
    assert_eq!(names, ["username", "password", "key"]);
    // It can be mended, like any other.
    let refused = host.service.refuse(submission, Refusal::not_acceptable());
    assert_eq!(refused.expect("its own"), Answered::Queued);
    assert_eq!(host.service.open_forms(), 1);
}

#[test]
fn a_hidden_key_is_the_services_own_and_good_for_one() {
    let mut host = server();
    let submission = submission(&mut host, FormField::hidden("key", "k3y"));
    let names: Vec<_> = submission.fields().map(|it| it.0).collect();
    assert_eq!(names, ["username", "password"]);
    let refused = host.service.refuse(submission, Refusal::not_acceptable());
    assert_eq!(refused.expect("its own"), Answered::Queued);
    assert_eq!(host.service.open_forms(), 0);
}
