//! Plants secrets into a recording: in place of those that the client sent, and of its own into what the server offers.

use std::collections::BTreeMap;

use minidom::Element;
use minidom::rxml::{Namespace, NcName};

use crate::common::secrets::{Kind, plant};
use crate::replay::stage::Task;
use crate::replay::{Recording, What};

const NS_REGISTER: &str = "jabber:iq:register";
const NS_DATA: &str = "jabber:x:data";

#[derive(Default)]
pub struct Planter {
    /// What stands in place of what was recorded.
    planted: BTreeMap<String, String>,
    pub secrets: Vec<String>,
}

impl Planter {
    pub fn plant_in(recording: &mut Recording) -> Self {
        let mut planter = Planter::default();
        for step in &mut recording.steps {
            match &mut step.what {
                What::Request(request) => {
                    let changes = request.task == Task::ChangePassword;
                    planter.replace(&mut request.stanza, changes, true);
                }
                What::Reply { stanza, .. } => {
                    // An echo of what was sent.
                    planter.replace(stanza, false, false);
                    planter.offer(stanza);
                    step.raw = String::from(&*stanza);
                }
                _ => {}
            }
        }
        planter
    }

    pub fn plant(&mut self, kind: Kind) -> String {
        let secret = plant(kind);
        self.secrets.push(secret.clone());
        secret
    }

    fn replace(&mut self, element: &mut Element, changes: bool, may_plant: bool) {
        if let Some(old) = element.attr("token").filter(|it| !it.is_empty()) {
            let old = old.to_string();
            if let Some(new) = self.instead_of(&old, Kind::Token, may_plant) {
                let name = NcName::try_from("token").expect("a name");
                element.set_attr(Namespace::NONE, name, new);
            }
        }
        let named = match element.name() {
            "field" => element.attr("var").unwrap_or_default(),
            name => name,
        };
        let Some(kind) = kind_of(named, changes) else {
            let inner = element.children_mut();
            inner.for_each(|it| self.replace(it, changes, may_plant));
            return;
        };
        let is_field = element.name() == "field";
        let value = if is_field {
            element.get_child_mut("value", NS_DATA)
        } else {
            Some(element)
        };
        if let Some(value) = value
            && let Some(new) = self.instead_of(&value.text(), kind, may_plant)
        {
            set_text(value, &new);
        }
    }

    fn instead_of(&mut self, old: &str, kind: Kind, may_plant: bool) -> Option<String> {
        if old.is_empty() {
            return None;
        }
        if !self.planted.contains_key(old) && may_plant {
            let new = self.plant(kind);
            self.planted.insert(old.to_string(), new);
        }
        self.planted.get(old).cloned()
    }

    /// What a server could have on file, and a key.
    fn offer(&mut self, element: &mut Element) {
        if element.is("x", NS_DATA) && element.attr("type") == Some("form") {
            self.form(element);
        } else if element.is("query", NS_REGISTER) && element.has_child("username", NS_REGISTER) {
            self.fields(element);
        }
        element.children_mut().for_each(|it| self.offer(it));
    }

    fn fields(&mut self, query: &mut Element) {
        if let Some(password) = query.get_child_mut("password", NS_REGISTER)
            && password.text().is_empty()
        {
            set_text(password, &self.plant(Kind::OnFile));
        }
        let mut key = Element::bare("key", NS_REGISTER);
        set_text(&mut key, &self.plant(Kind::Key));
        query.append_child(key);
    }

    fn form(&mut self, x: &mut Element) {
        for field in x.children_mut() {
            let private = field.attr("type") == Some("text-private");
            if private && !field.has_child("value", NS_DATA) {
                field.append_child(self.value(Kind::OnFile));
            }
        }
        for (var, kind, secret) in [
            ("key", "hidden", Kind::Key),
            ("x-private", "text-private", Kind::Private),
        ] {
            let name = |it| NcName::try_from(it).expect("a name");
            let mut field = Element::builder("field", NS_DATA)
                .attr(name("var"), var)
                .attr(name("type"), kind)
                .build();
            field.append_child(self.value(secret));
            x.append_child(field);
        }
    }

    fn value(&mut self, kind: Kind) -> Element {
        let mut value = Element::bare("value", NS_DATA);
        set_text(&mut value, &self.plant(kind));
        value
    }
}

fn kind_of(name: &str, changes: bool) -> Option<Kind> {
    match name {
        "password" | "new_password" if changes => Some(Kind::NewPassword),
        "password" | "new_password" => Some(Kind::Password),
        "old_password" => Some(Kind::OldPassword),
        "ocr" => Some(Kind::Answer),
        _ => None,
    }
}

fn set_text(element: &mut Element, text: &str) {
    drop(element.take_nodes());
    element.append_text_node(text);
}
