//! For each recorded request, a machine in the state in which it waits for the reply to such a request.

use minidom::Element;
use xmpp_registration::{
    Config, Event, FieldKind, Form, Handled, Misuse, Peer, RegistrationMachine,
};

use crate::common::{Transcript, account, server, service, xml};

const NS_REGISTER: &str = "jabber:iq:register";
const NS_PREAUTH: &str = "urn:xmpp:pars:0";
const NS_DATA: &str = "jabber:x:data";
/// What is typed where a recording has nothing that could be typed. It must not be seen either.
const STAND_IN: &str = "stand-in-Pass.0";
/// What is offered where a recording has no form for its session: a blind submission.
pub const BLIND: &str =
    "<iq type='result'><query xmlns='jabber:iq:register'><username/><password/></query></iq>";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    Form,
    Token,
    Submit,
    ChangePassword,
    Remove,
}

/// Whom a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The server, not logged in.
    Server,
    /// One's own account.
    Account(String),
    /// A service in another domain: which, and who asks.
    Service(String, String),
}

impl Target {
    /// From whom a reply comes that counts; none where it may lack a sender.
    pub fn sender(&self) -> Option<String> {
        match self {
            Target::Server | Target::Account(_) => None,
            Target::Service(service, _) => Some(service.clone()),
        }
    }
}

/// A recorded request of `jabber:iq:register`, or for a token.
#[derive(Debug, Clone)]
pub struct Request {
    pub id: Option<String>,
    pub task: Task,
    pub target: Target,
    pub stanza: Element,
}

impl Request {
    /// `None` if the stanza is none; `me` is who is logged in.
    pub fn read(stanza: &Element, me: Option<&str>) -> Option<Request> {
        let kind = stanza.attr("type")?;
        let of = |ns: &'static str| stanza.children().find(move |child| child.has_ns(ns));
        if matches!(kind, "result" | "error")
            || (of(NS_REGISTER).is_none() && of(NS_PREAUTH).is_none())
        {
            return None;
        }
        let target = target(stanza.attr("to"), me);
        let removes = of(NS_REGISTER).is_some_and(|query| query.has_child("remove", NS_REGISTER));
        let task = match &target {
            _ if of(NS_PREAUTH).is_some() => Task::Token,
            _ if kind != "set" => Task::Form,
            // Before login nothing can be removed; a server takes it for a registration, or for nonsense.
            Target::Server => Task::Submit,
            _ if removes => Task::Remove,
            Target::Account(_) => Task::ChangePassword,
            Target::Service(..) => Task::Submit,
        };
        Some(Request {
            id: stanza.attr("id").map(str::to_string),
            task,
            target,
            stanza: stanza.clone(),
        })
    }

    pub fn config(&self) -> Config {
        match &self.target {
            Target::Server => server("lab.example"),
            Target::Account(me) => account(me),
            Target::Service(jid, me) => service(jid, me),
        }
    }

    /// What was typed into the recording's form, or sent without one: names and values.
    pub fn typed(&self) -> Vec<(String, String)> {
        let mut typed = Vec::new();
        let queries = self
            .stanza
            .children()
            .filter(|child| child.is("query", NS_REGISTER));
        for child in queries.flat_map(Element::children) {
            if child.is("x", NS_DATA) {
                typed.extend(child.children().filter_map(pair_of_field));
            } else {
                typed.push((child.name().to_string(), child.text()));
            }
        }
        typed
    }

    /// The token, unless it is one that the machine itself refuses.
    pub fn token(&self) -> Option<&str> {
        let preauth = self.stanza.get_child("preauth", NS_PREAUTH)?;
        preauth.attr("token").filter(|token| !token.is_empty())
    }

    /// A machine that waits for the reply to a request like this; `offer` is the reply that brought the session's form.
    #[track_caller]
    pub fn stage(&self, offer: Option<&str>, secrets: &[String]) -> Transcript {
        self.assert_misuse_is_told();
        let mut transcript = Transcript::new(match self.task {
            Task::Form | Task::Submit => RegistrationMachine::register(self.config()),
            // A token after login is a misuse, so the machine is one that knows of no login.
            Task::Token => {
                let token = self.token().unwrap_or(STAND_IN);
                RegistrationMachine::register_with_token(server("lab.example"), token)
                    .expect("a token")
            }
            Task::ChangePassword => self.change_password(),
            Task::Remove => RegistrationMachine::unregister(self.config()).expect("logged in"),
        });
        transcript.hide(STAND_IN);
        for secret in secrets {
            transcript.hide(secret);
        }
        transcript.sent("the first request");
        if self.task == Task::Submit {
            let mut form = self.open(&mut transcript, offer.unwrap_or(BLIND));
            self.fill(&mut form);
            transcript.submit(form, "the staged form");
            transcript.sent("the submission");
        }
        transcript
    }

    /// Feeds an offer, and gives the form that it makes.
    #[track_caller]
    pub fn open(&self, transcript: &mut Transcript, offer: &str) -> Form {
        let mut offer = transcript.under_my_id(&xml::parse(offer));
        if let Target::Service(jid, _) = &self.target {
            offer = xml::with(&offer, "from", jid);
        }
        assert_eq!(transcript.feed(&offer), Handled::Consumed);
        match transcript.event() {
            Some(Event::FormOffered(form)) => form,
            other => panic!("{other:?} instead of a form"),
        }
    }

    fn change_password(&self) -> RegistrationMachine {
        let typed = self.typed();
        let password = typed
            .iter()
            .find(|(name, value)| name == "password" && !value.is_empty());
        let password = password.map_or(STAND_IN, |(_, value)| value);
        let name = |name: &str| RegistrationMachine::change_password(self.config(), name, password);
        let user = typed.iter().find(|(name, _)| name == "username");
        // Where the recording has another's name, or none, the machine sends its own.
        user.and_then(|(_, user)| name(user).ok())
            .unwrap_or_else(|| name(self.own_name()).expect("one's own name"))
    }

    fn own_name(&self) -> &str {
        match &self.target {
            Target::Account(me) => me.split('@').next().unwrap_or_default(),
            Target::Server | Target::Service(..) => "",
        }
    }

    /// Fills in what was typed, so far as the form takes it, and something else where it needs more.
    pub fn fill(&self, form: &mut Form) {
        for (name, value) in self.typed() {
            let settable = form
                .field(&name)
                .is_some_and(|field| field.kind().is_visible());
            if settable && !value.is_empty() {
                form.set(&name, value).expect("a settable field");
            }
        }
        let set = form.answer_each(|field| match (field.check(), field.kind()) {
            (Ok(()), _) => None,
            (Err(_), FieldKind::Boolean) => Some(true.into()),
            (Err(_), _) => Some(STAND_IN.into()),
        });
        set.expect("visible fields");
    }

    /// What no machine would send is a misuse, and is told as such.
    #[track_caller]
    fn assert_misuse_is_told(&self) {
        let query = self.stanza.get_child("query", NS_REGISTER);
        let removes = query.is_some_and(|query| query.has_child("remove", NS_REGISTER));
        if removes && self.target == Target::Server {
            let misuse = RegistrationMachine::unregister(self.config()).err();
            assert_eq!(misuse, Some(Misuse::NotLoggedIn));
        }
        if self.task == Task::Token && self.target != Target::Server {
            let misuse = RegistrationMachine::register_with_token(self.config(), STAND_IN).err();
            assert_eq!(misuse, Some(Misuse::TokenAfterLogin));
        }
        if self.task == Task::Token && self.token().is_none() {
            let misuse = RegistrationMachine::register_with_token(server("lab.example"), "").err();
            assert!(
                matches!(misuse, Some(Misuse::Value { field: "token", .. })),
                "{misuse:?}"
            );
        }
    }
}

fn target(to: Option<&str>, me: Option<&str>) -> Target {
    let Some(me) = me else {
        return Target::Server;
    };
    // Another user of one's own domain is no service: the constructor says so, and the machine asks its own account.
    match to.filter(|to| {
        !to.is_empty() && Peer::service(to.parse().expect("a JID"), jid_of(me)).is_ok()
    }) {
        Some(to) => Target::Service(to.to_string(), me.to_string()),
        None => Target::Account(me.to_string()),
    }
}

fn jid_of(text: &str) -> jid::Jid {
    text.parse().expect("a JID")
}

fn pair_of_field(field: &Element) -> Option<(String, String)> {
    let value = field.get_child("value", NS_DATA)?;
    Some((field.attr("var")?.to_string(), value.text()))
}

/// Adds the passwords, tokens and CAPTCHA answers of a request.
pub fn secrets_of(stanza: &Element, secrets: &mut Vec<String>) {
    let Some(request) = Request::read(stanza, None) else {
        return;
    };
    let names = ["password", "old_password", "new_password", "ocr"];
    let typed = request.typed().into_iter();
    secrets.extend(
        typed
            .filter(|(name, _)| names.contains(&&**name))
            .map(|(_, value)| value),
    );
    secrets.extend(request.token().map(str::to_string));
    secrets.sort();
    secrets.dedup();
}
