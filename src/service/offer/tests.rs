use super::*;
use crate::form::FieldKind;
use crate::service::FormField;

/// Only then is what was made of it wiped, which costs a walk.
#[test]
fn a_key_is_a_secret_and_a_field_for_a_password_is_none() {
    let holds = |builder: OfferBuilder| builder.build().unwrap().0.holds_secret();
    let password = FormField::new(FieldKind::TextPrivate, "password");
    let page = FormField::hidden("page", "1");
    let form = |key: Option<FormField>| {
        let form = DataForm::new().field(password.clone()).field(page.clone());
        Offer::builder().form(key.into_iter().fold(form, DataForm::field))
    };
    assert!(!holds(form(None)));
    assert!(holds(form(Some(FormField::hidden("key", "d17f")))));
    let fields = Fields::of(["username", "password"]);
    assert!(!holds(form(None).fields(fields.clone())));
    assert!(holds(Offer::builder().fields(fields.key("d17f"))));
}
