//! What a caller and a stream can do to a machine, as plain data, decoded from records of eight bytes.
//!
//! Whatever the bytes are, they mean something, and zero means the most ordinary thing: so the same decoder serves
//! proptest, which takes records out and makes bytes smaller until a failure is minimal, and the fuzzer.

use xmpp_registration::{
    Channel, Config, IdPrefix, Misuse, Peer, RegistrationMachine, StreamNamespace,
};

use crate::replies::{Body, Reply};

/// One call.
pub type Record = [u8; 8];

/// The machine's own prefix, and another machine's.
pub const PREFIX: &str = "own";
pub const FOREIGN_PREFIX: &str = "foreign";

/// The Content-ID of the only picture there is.
pub const PICTURE: &str = "x";

/// Each is unlike anything else in these tests, so that finding one in a log proves a leak.
pub const PASSWORD: &str = "Pw1-Zq7xKv";
pub const OLD_PASSWORD: &str = "Old2-Wm4tRb";
pub const PRIVATE: &str = "Pin3-Hs9dLf";
pub const CAPTCHA: &str = "Ocr4-Yc6nGj";
pub const TOKEN: &str = "Tok5-Be8kXp";
pub const KEY: &str = "Key6-Ua2vMd";
pub const PREFILLED: &str = "Pre7-Jt5hQw";
pub const SECRETS: [&str; 7] = [
    PASSWORD,
    OLD_PASSWORD,
    PRIVATE,
    CAPTCHA,
    TOKEN,
    KEY,
    PREFILLED,
];

pub const DOMAIN: &str = "example.org";
pub const ME: &str = "romeo@example.org/orchard";
pub const SERVICE: &str = "gate@gateway.example.net";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    Register,
    RegisterWithToken,
    ChangePassword,
    Unregister,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Server,
    Account,
    Service,
}

/// The user name that is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    Own,
    OwnInCapitals,
    OwnJid,
    Other,
}

impl Name {
    pub fn text(self) -> &'static str {
        match self {
            Name::Own => "romeo",
            Name::OwnInCapitals => "ROMEO",
            Name::OwnJid => "romeo@example.org",
            Name::Other => "juliet",
        }
    }

    fn decode(byte: u8) -> Self {
        match byte {
            0..=159 => Name::Own,
            160..=191 => Name::OwnInCapitals,
            192..=223 => Name::OwnJid,
            _ => Name::Other,
        }
    }
}

/// What is set up once.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    pub task: Task,
    pub who: Who,
    pub channel: Channel,
    pub namespace: StreamNamespace,
    /// Given to `change_password`.
    pub name: Name,
}

impl Setup {
    pub fn decode([task, who, channel, namespace, name, ..]: Record) -> Self {
        let task = match task % 8 {
            0..=3 => Task::Register,
            4 => Task::RegisterWithToken,
            5 => Task::ChangePassword,
            _ => Task::Unregister,
        };
        let pick = |of: [Who; 4]| of[usize::from(who % 4)];
        let who = match task {
            // Every sixteenth cannot even begin.
            _ if who >= 240 => pick([Who::Server, Who::Account, Who::Service, Who::Server]),
            Task::Register => pick([Who::Server, Who::Account, Who::Service, Who::Server]),
            Task::RegisterWithToken => Who::Server,
            Task::ChangePassword | Task::Unregister => {
                pick([Who::Account, Who::Service, Who::Account, Who::Service])
            }
        };
        Setup {
            task,
            who,
            channel: match channel {
                0..=191 => Channel::Encrypted,
                192..=223 => Channel::PlaintextAccepted,
                _ => Channel::Plaintext,
            },
            namespace: match namespace % 8 {
                6 => StreamNamespace::Server,
                7 => StreamNamespace::Component,
                _ => StreamNamespace::Client,
            },
            name: Name::decode(name),
        }
    }

    pub fn peer(self) -> Peer {
        let me: jid::FullJid = ME.parse().expect("a full JID");
        match self.who {
            Who::Server => Peer::server(DOMAIN).expect("a domain"),
            Who::Account => Peer::account(me),
            Who::Service => {
                let service: jid::Jid = SERVICE.parse().expect("a JID");
                Peer::service(service, me).expect("not at home")
            }
        }
    }

    pub fn machine(self) -> Result<RegistrationMachine, Misuse> {
        self.machine_with_ids(PREFIX)
    }

    pub fn machine_with_ids(self, prefix: &str) -> Result<RegistrationMachine, Misuse> {
        let ids = IdPrefix::new(prefix)?;
        let limits = xmpp_registration::Limits {
            fields: 32,
            options: 64,
            text_bytes: 4096,
            ..xmpp_registration::Limits::default()
        };
        let config = Config::new(self.peer(), ids, self.channel)
            .namespace(self.namespace)
            .limits(limits);
        match self.task {
            Task::Register => Ok(RegistrationMachine::register(config)),
            Task::RegisterWithToken => RegistrationMachine::register_with_token(config, TOKEN),
            Task::ChangePassword => {
                RegistrationMachine::change_password(config, self.name.text(), PASSWORD)
            }
            Task::Unregister => RegistrationMachine::unregister(config),
        }
    }
}

/// Under which id something comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Id {
    /// That of the last request handed out.
    Current,
    /// That of one before it; the current one if there is none.
    Earlier(u8),
    /// That of the next request, which nobody has seen.
    Future,
    Foreign,
    /// Almost an id of ours.
    Mangled(u8),
    Absent,
}

impl Id {
    fn decode(byte: u8) -> Self {
        match byte {
            0..=199 => Id::Current,
            200..=219 => Id::Earlier(byte),
            220..=229 => Id::Future,
            230..=237 => Id::Foreign,
            238..=251 => Id::Mangled(byte),
            _ => Id::Absent,
        }
    }
}

/// The `type` under which something comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Result,
    Error,
    Get,
    Set,
    Junk,
    Absent,
}

impl Kind {
    fn decode(byte: u8) -> Self {
        match byte {
            0..=119 => Kind::Result,
            120..=219 => Kind::Error,
            220..=229 => Kind::Get,
            230..=239 => Kind::Set,
            240..=247 => Kind::Junk,
            _ => Kind::Absent,
        }
    }

    pub fn text(self) -> Option<&'static str> {
        match self {
            Kind::Result => Some("result"),
            Kind::Error => Some("error"),
            Kind::Get => Some("get"),
            Kind::Set => Some("set"),
            Kind::Junk => Some("Result"),
            Kind::Absent => None,
        }
    }
}

/// A row of [`SENDERS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender(usize);

/// Who sends, and whom it may answer for: the server before login, the account's server, the service (rule 1).
const SENDERS: [(Option<&str>, bool, bool, bool); 31] = [
    (None, true, true, false),
    (Some("example.org"), true, true, false),
    (Some("EXAMPLE.org"), true, true, false),
    (Some("example.org."), true, true, false),
    (Some("romeo@example.org"), false, true, false),
    (Some("romeo@example.org/orchard"), false, true, false),
    (Some("ROMEO@Example.Org/orchard"), false, true, false),
    (Some("romeo@example.org./orchard"), false, true, false),
    (Some("gate@gateway.example.net"), false, false, true),
    (Some("GATE@Gateway.example.net."), false, false, true),
    (Some("romeo@example.org/Orchard"), false, false, false),
    (Some("romeo@example.org/other"), false, false, false),
    (Some("juliet@example.org/orchard"), false, false, false),
    (Some("juliet@example.org"), false, false, false),
    (Some("example.org/orchard"), false, false, false),
    (Some("gateway.example.net"), false, false, false),
    (Some("gate@gateway.example.net/x"), false, false, false),
    (Some("other@gateway.example.net"), false, false, false),
    (Some("example.org.evil.example"), false, false, false),
    (Some("evilexample.org"), false, false, false),
    (Some("org"), false, false, false),
    (Some(""), false, false, false),
    (Some("@"), false, false, false),
    (Some("@example.org"), false, false, false),
    (Some("example.org/"), false, false, false),
    (Some("romeo@example.org/"), false, false, false),
    (Some(" example.org"), false, false, false),
    (Some("."), false, false, false),
    (Some("romeo@example.org@example.org"), false, false, false),
    (Some("romeo@example.org\u{0}"), false, false, false),
    (Some("ｅxample.org"), true, true, false),
];

impl Sender {
    pub fn decode(byte: u8, who: Who) -> Self {
        if byte >= 208 {
            return Sender(usize::from(byte - 208) % SENDERS.len());
        }
        let good: Vec<usize> = (0..SENDERS.len())
            .filter(|&row| Sender(row).may_answer(who))
            .collect();
        Sender(good[usize::from(byte) % good.len()])
    }

    pub fn text(self) -> Option<&'static str> {
        SENDERS[self.0].0
    }

    pub fn may_answer(self, who: Who) -> bool {
        let (_, server, account, service) = SENDERS[self.0];
        match who {
            Who::Server => server,
            Who::Account => account,
            Who::Service => service,
        }
    }
}

/// Which answer is submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// To the newest form at hand.
    Newest,
    /// To the oldest form at hand.
    Oldest,
    /// To a form of another machine.
    Foreign,
}

/// How a form is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filling {
    pub name: Name,
    /// What a boolean field is set to.
    pub yes: bool,
}

impl Filling {
    pub fn decode([name, yes]: [u8; 2]) -> Self {
        Filling {
            name: Name::decode(name),
            yes: yes % 2 == 1,
        }
    }
}

#[derive(Debug, Clone)]
pub enum Op {
    /// Poll until there is nothing, or so many times.
    Poll(Option<u8>),
    Stanza(Reply),
    Malformed(Id, Sender, Kind),
    StreamError(&'static str),
    Timeout,
    Disconnect,
    Submit(Which, Filling),
    RequestForm,
    FetchMedia,
}

/// Stream errors, with some that only look like the one that matters.
const STREAM_ERRORS: [&str; 5] = [
    "<not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>",
    "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>",
    "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>x</text><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>",
    "<not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>",
    "",
];

impl Op {
    pub fn stream_error(which: u8) -> Self {
        // Every second one is the one that can mean success.
        let which = usize::from(which) % (2 * STREAM_ERRORS.len());
        Op::StreamError(STREAM_ERRORS.get(which).unwrap_or(&STREAM_ERRORS[0]))
    }

    pub fn decode(record: Record, who: Who) -> Self {
        let [op, a, b, c, d, ..] = record;
        match op {
            0..=59 => Op::Poll(None),
            60..=79 => Op::Poll(Some(a % 3)),
            80..=189 => Op::Stanza(Reply {
                id: Id::decode(a),
                kind: Kind::decode(b),
                sender: Sender::decode(c, who),
                body: Body::decode(d),
                detail: [record[5], record[6], record[7]],
            }),
            190..=201 => Op::Malformed(Id::decode(a), Sender::decode(c, who), Kind::decode(b)),
            202..=234 => {
                let which = match a {
                    0..=199 => Which::Newest,
                    200..=229 => Which::Oldest,
                    _ => Which::Foreign,
                };
                Op::Submit(which, Filling::decode([b, c]))
            }
            235..=241 => Op::RequestForm,
            242..=246 => Op::FetchMedia,
            247..=249 => Op::Timeout,
            250..=252 => Op::stream_error(a),
            _ => Op::Disconnect,
        }
    }
}
