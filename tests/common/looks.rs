//! Looking at everything of the client that has a `Debug` or a `Display`.

use xmpp_registration::{Answer, Event, Form, Media, Output, RegistrationMachine, Value};

use super::secrets::Search;
use super::{names, server};

impl Search {
    #[track_caller]
    pub fn output(&self, output: &Output) {
        self.debug("an output", output);
        match output {
            Output::Send(stanza) => self.sent(stanza),
            Output::Event(event) => self.event(event),
        }
    }

    #[track_caller]
    fn event(&self, event: &Event) {
        self.text("an event", &names::displayed(event));
        if !self.is_deep() {
            return;
        }
        self.debug("an event", event);
        match event {
            Event::FormOffered(form) => self.form(form),
            Event::Refused { error, form } => {
                self.error("a refusal", error);
                if let Some(form) = form {
                    self.form(form);
                }
            }
            Event::Failed(failure) => self.error("a failure", failure),
            Event::Ignored(ignored) => self.error("what was ignored", ignored),
            Event::MediaReceived(data) => self.debug("a medium", data),
            _ => {}
        }
    }

    #[track_caller]
    pub fn form(&self, form: &Form) {
        self.debug("a form", form);
        let unfilled = form.unfilled();
        self.debug("what is unfilled", &unfilled);
        self.text("what is unfilled", &unfilled.to_string());
        for field in form.fields() {
            self.debug("a field", &field);
            if let Err(error) = field.check() {
                self.error("a field's error", &error);
            }
            self.debug("a rule", &field.validation());
            field.options().for_each(|it| self.debug("an option", &it));
            field.media().for_each(|it| self.medium(it));
        }
    }

    #[track_caller]
    fn medium(&self, media: Media<'_>) {
        self.debug("a medium", &media);
        if let Err(error) = media.bytes() {
            self.error("a medium's error", &error);
        }
    }

    /// Each secret is set where it cannot be, and the form is finished as it is. It comes back unchanged.
    #[track_caller]
    pub fn provoke(&self, mut form: Form) -> Form {
        let fields = form.fields().filter_map(xmpp_registration::Field::name);
        let names: Vec<String> = fields.map(str::to_string).collect();
        for secret in self.planted() {
            self.debug("a value", &Value::from(secret));
            self.debug("a value", &Value::from([secret, secret]));
            let error = form.set("nobody", secret).expect_err("no such field");
            self.error("a field's error", &error);
        }
        let secret = self.planted().next().unwrap_or_default();
        for name in &names {
            let error = form.set(name, format!("{secret}\u{1}"));
            self.error("a field's error", &error.expect_err("no character of XML"));
        }
        match form.finish() {
            Ok(answer) => self.reject(answer).into_form(),
            Err(incomplete) => {
                self.error("what is incomplete", &incomplete);
                incomplete.into_form()
            }
        }
    }

    /// A machine that did not ask for an answer gives it back.
    #[track_caller]
    pub fn reject(&self, answer: Answer) -> Answer {
        self.debug("an answer", &answer);
        let mut other = RegistrationMachine::register(server("elsewhere.example"));
        let rejected = other.submit(answer).expect_err("another's form");
        self.error("a rejection", &rejected);
        self.error("a misuse", &rejected.why);
        rejected.answer
    }
}
