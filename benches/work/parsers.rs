//! The flows by the types of xmpp-parsers. They take what they read, so each reply is cloned first; what that costs is
//! measured by itself.

use minidom::Element;
use xmpp_parsers::data_forms::{DataForm, DataFormType, Field, FieldType};
use xmpp_parsers::ibr::{FieldsQuery, LegacyQuery};
use xmpp_parsers::iq::Iq;
use xmpp_parsers::ns;
use xmpp_parsers::stanza_error::DefinedCondition;

use super::{EMAIL, OLD_PASSWORD, PASSWORD, Replies, USERNAME};

/// LEGACY.
pub fn register(replies: &Replies) {
    drop(get());
    let query = LegacyQuery::try_from(offered(replies)).expect("it has fields only");
    let answer = LegacyQuery {
        username: query.username.map(|_| USERNAME.to_owned()),
        password: query.password.map(|_| PASSWORD.to_owned()),
        email: query.email.map(|_| EMAIL.to_owned()),
        ..LegacyQuery::default()
    };
    drop(set(answer.into(), true));
    succeed(replies);
}

/// FORM: the types have no room for fields beside a form, so the form is found by hand.
pub fn register_by_form(replies: &Replies) {
    drop(get());
    let form = form_of(offered(replies));
    drop(set(submit(form), true));
    succeed(replies);
}

/// ERRORFORM.
pub fn change_password(replies: &Replies) {
    let query = LegacyQuery {
        username: Some(USERNAME.to_owned()),
        password: Some(PASSWORD.to_owned()),
        ..LegacyQuery::default()
    };
    drop(set(query.into(), false));
    let Ok(Iq::Error {
        payload: Some(payload),
        error,
        ..
    }) = Iq::try_from(replies.offer.clone())
    else {
        panic!("an error")
    };
    assert!(error.defined_condition == DefinedCondition::NotAuthorized);
    drop(set(submit(form_of(payload)), false));
    succeed(replies);
}

/// What the clones alone cost.
pub fn clone_replies(replies: &Replies) {
    drop(replies.offer.clone());
    drop(replies.success.clone());
}

fn get() -> Element {
    let to = "example.com".parse().expect("a JID");
    Element::from(Iq::Get {
        from: None,
        to: Some(to),
        id: "p-1".to_owned(),
        payload: FieldsQuery.into(),
    })
}

fn set(payload: Element, to_server: bool) -> Element {
    Element::from(Iq::Set {
        from: None,
        to: to_server.then(|| "example.com".parse().expect("a JID")),
        id: "p-2".to_owned(),
        payload,
    })
}

/// The payload of the reply to the request for a form.
fn offered(replies: &Replies) -> Element {
    let Ok(Iq::Result {
        payload: Some(payload),
        ..
    }) = Iq::try_from(replies.offer.clone())
    else {
        panic!("a result")
    };
    payload
}

fn form_of(mut query: Element) -> DataForm {
    let form = query.remove_child("x", ns::DATA_FORMS);
    DataForm::try_from(form.expect("a form")).expect("a good form")
}

fn submit(form: DataForm) -> Element {
    let fields = form.fields.into_iter().filter_map(|field| {
        let typed = match field.var.as_deref()? {
            "username" => Some(USERNAME),
            "password" => Some(PASSWORD),
            "email" => Some(EMAIL),
            "old_password" => Some(OLD_PASSWORD),
            _ => None,
        };
        let values = typed.map_or(field.values, |typed| vec![typed.to_owned()]);
        let (var, kind) = (field.var?, FieldType::TextSingle);
        let mut answer = Field::new(&var, kind);
        answer.values = values;
        (!answer.values.is_empty()).then_some(answer)
    });
    let form = DataForm {
        type_: DataFormType::Submit,
        title: None,
        instructions: None,
        fields: fields.collect(),
    };
    let query = Element::builder("query", ns::REGISTER);
    query.append(Element::from(form)).build()
}

fn succeed(replies: &Replies) {
    let reply = Iq::try_from(replies.success.clone());
    assert!(matches!(reply, Ok(Iq::Result { id, .. }) if id == "p-2"));
}
