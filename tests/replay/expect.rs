//! What a recorded line must lead to, told by looking for words in its text.
//!
//! This shares no code with the crate and does not even parse, so that it cannot be wrong in the same way.

use xmpp_registration::Handled;

use super::stage::{BLIND, Target, Task};

const STANZAS: &str = " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'";
const STREAMS: &str = " xmlns='urn:ietf:params:xml:ns:xmpp-streams'";

/// What a reply must lead to.
pub struct Expected {
    pub verdict: Handled,
    /// The name of the event, if any (`names::name`), or [`TOKEN_TAKEN`].
    pub name: Option<String>,
    /// The names of the fields of the form that comes with the event.
    pub fields: Option<Vec<String>>,
    /// It is the form that was refused, without its secrets.
    pub mended: bool,
    /// Lines that must be among the event's details.
    pub details: Vec<String>,
}

/// A token was taken: no event, but the request for the form.
pub const TOKEN_TAKEN: &str = "TokenTaken";

/// A reply to a request for `task` at `target`; `offer` brought the form that was submitted.
pub fn reply(raw: &str, task: Task, target: &Target, offer: Option<&str>) -> Expected {
    let head = raw.split('>').next().unwrap_or_default();
    let mut expected = Expected {
        verdict: Handled::NotMine,
        name: None,
        fields: None,
        mended: false,
        details: Vec::new(),
    };
    if attribute(head, "id").is_none() {
        return expected;
    }
    let kind = attribute(head, "type").unwrap_or_default();
    let ignored = match kind {
        "get" | "set" => Some("Ignored(Reflected)"),
        _ if !may_answer(attribute(head, "from"), task, target) => Some("Ignored(WrongSender)"),
        _ => None,
    };
    if let Some(ignored) = ignored {
        expected.name = Some(ignored.into());
        return expected;
    }
    expected.verdict = Handled::Consumed;
    if kind == "error" {
        expected.refusal(raw, task, offer);
    } else {
        let name = succeeded(raw, task, target, offer);
        expected.fields = name.starts_with("FormOffered").then(|| fields(raw));
        expected.name = Some(name);
    }
    expected
}

impl Expected {
    fn refusal(&mut self, raw: &str, task: Task, offer: Option<&str>) {
        let (before, error) = raw.split_once("<error").expect("an error");
        let name = refused(before, error, task, offer);
        if name.starts_with("Refused") && !name.ends_with("no form)") {
            // Before the error there is either another form, or only what was sent.
            self.mended = !is_alternative(before);
            let offer = offer.unwrap_or(BLIND);
            self.fields = Some(fields(if self.mended { offer } else { before }));
        }
        self.name = Some(name);
        self.details = error_details(error);
    }
}

/// Rule 1 of the design, for the addresses of the lab.
fn may_answer(from: Option<&str>, task: Task, target: &Target) -> bool {
    let Some(from) = from else {
        return !matches!(target, Target::Service(..));
    };
    match target {
        // A machine with a token knows of no login, whatever the recording's client was.
        Target::Account(me) if task != Task::Token => {
            let bare = me.split('/').next().unwrap_or_default();
            [me, bare, "lab.example"].contains(&from)
        }
        Target::Server | Target::Account(_) => from == "lab.example",
        Target::Service(jid, _) => from == jid,
    }
}

fn refused(before: &str, error: &str, task: Task, offer: Option<&str>) -> String {
    let condition = condition(error, STANZAS);
    let unsupported = [
        "feature-not-implemented",
        "service-unavailable",
        "not-allowed",
    ];
    let is_wait = attribute(error, "type") == Some("wait");
    // A CAPTCHA is good for one submission, and takes its form along.
    let is_used_up = offer.is_some_and(|offer| offer.contains("urn:xmpp:media-element"));
    let name = match task {
        Task::Form if unsupported.contains(&condition) => "Unsupported",
        Task::Form if is_wait => return format!("Refused({condition}, no form)"),
        Task::Token => "TokenRefused",
        Task::Submit | Task::ChangePassword | Task::Remove if is_alternative(before) => "Refused",
        Task::Submit if !is_used_up => "Refused",
        Task::Submit => return format!("Refused({condition}, no form)"),
        Task::Form | Task::ChangePassword | Task::Remove => "Failed",
    };
    format!("{name}({condition})")
}

/// What stands before an error holds a form to be filled in.
fn is_alternative(before: &str) -> bool {
    before.contains("<x ") && before.contains("type='form'")
}

fn succeeded(raw: &str, task: Task, target: &Target, offer: Option<&str>) -> String {
    let was_registered = offer.is_some_and(|offer| offer.contains("<registered/>"));
    let name = match task {
        Task::Form if raw.contains("<registered/>") => "FormOffered(registered)",
        Task::Form if raw.contains("<username/>") || raw.contains("<field ") => "FormOffered",
        Task::Form if raw.contains("jabber:x:oob") => "Redirected",
        Task::Form => "Protocol(NothingOffered)",
        Task::Token => TOKEN_TAKEN,
        Task::Submit if was_registered || matches!(target, Target::Account(_)) => "Updated",
        Task::Submit => "Registered",
        Task::ChangePassword => "PasswordChanged",
        Task::Remove => "Unregistered",
    };
    name.to_string()
}

/// What the end of the stream leads to (`cause`: a stream error's text, or a word): nothing if the task is over.
/// `last`: the name of the last event, if the reply has come.
pub fn cut(cause: &str, task: Task, target: &Target, last: Option<&str>) -> Option<String> {
    let (cause, deleted) = if cause.starts_with("<stream:error") {
        let condition = condition(cause, STREAMS);
        (
            format!("StreamError({condition})"),
            condition == "not-authorized",
        )
    } else {
        (cause.to_string(), false)
    };
    let waiting_for_set = match last {
        None => !matches!(task, Task::Form | Task::Token),
        Some(last) if last.starts_with("FormOffered") || last.starts_with("Refused") => false,
        Some(TOKEN_TAKEN) => false,
        // It was not the reply.
        Some(last) if last.starts_with("Ignored") => !matches!(task, Task::Form | Task::Token),
        Some(_) => return None,
    };
    Some(match (waiting_for_set, task) {
        (false, _) => cause,
        (true, Task::Remove) if deleted && matches!(target, Target::Account(_)) => {
            "Unregistered".into()
        }
        (true, _) => format!("OutcomeUnknown({cause})"),
    })
}

/// Whether registration, and whether tokens are advertised.
pub fn features(raw: &str) -> (bool, bool) {
    let token = ["urn:xmpp:invite", "urn:xmpp:ibr-token:0"];
    let token = token
        .iter()
        .any(|ns| raw.contains(&format!("<register xmlns='{ns}'")));
    (
        raw.contains("<register xmlns='http://jabber.org/features/iq-register'"),
        token,
    )
}

fn attribute<'r>(tag: &'r str, name: &str) -> Option<&'r str> {
    let (_, value) = tag.split('>').next()?.split_once(&format!(" {name}='"))?;
    value.split('\'').next()
}

/// The name of the first empty element in this namespace.
fn condition<'r>(error: &'r str, ns: &str) -> &'r str {
    let (before, _) = error.split_once(ns).expect("a condition");
    before.rsplit('<').next().unwrap_or_default()
}

fn error_details(error: &str) -> Vec<String> {
    let mut details = vec![format!(
        "type {}",
        attribute(error, "type").unwrap_or_default()
    )];
    for text in error.split("<text ").skip(1) {
        let (_, text) = text.split_once('>').expect("the end of a tag");
        let text = unescape(text.split("</text>").next().unwrap_or_default());
        let words: Vec<&str> = text.split_whitespace().collect();
        details.push(format!("text {}", words.join(" ")));
    }
    details
}

fn unescape(text: &str) -> String {
    let pairs = [
        ("&#10;", "\n"),
        ("&apos;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    pairs
        .iter()
        .fold(text.to_string(), |text, (from, to)| text.replace(from, to))
}

/// The fields of a form: of the data form where there is one, else the names of the elements.
fn fields(raw: &str) -> Vec<String> {
    let vars = raw
        .split("<field ")
        .skip(1)
        .filter_map(|field| attribute(&format!(" {field}"), "var").map(str::to_string));
    let vars: Vec<String> = vars.collect();
    if !vars.is_empty() {
        return vars;
    }
    let others = ["iq", "query", "instructions", "registered"];
    raw.split('<')
        .filter(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic()))
        .map(|tag| {
            tag.split([' ', '/', '>'])
                .next()
                .unwrap_or_default()
                .to_string()
        })
        .filter(|name| !others.contains(&&**name))
        .collect()
}
