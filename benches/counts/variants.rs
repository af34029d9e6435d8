//! Everything that is counted, by its name in the report.

use xmpp_registration::{Limits, RegistrationMachine};

use crate::work::machine::{self, Maker};
use crate::work::{Replies, by_hand, parsers, stanzas};

/// Work that is ready to be done any number of times.
pub type Work = Box<dyn Fn()>;

pub struct Variant {
    pub name: &'static str,
    /// Makes all that the work needs, which is not counted.
    pub prepare: fn() -> Work,
    /// How often it is done more in the second run: enough to make what the runs differ in by chance small.
    #[allow(dead_code, reason = "who measures times has a way of their own")]
    pub times: u32,
}

const fn variant(name: &'static str, times: u32, prepare: fn() -> Work) -> Variant {
    Variant {
        name,
        prepare,
        times,
    }
}

pub const VARIANTS: &[Variant] = &[
    variant("LEGACY", 200, || register(Replies::legacy())),
    variant("FORM", 200, || register(Replies::form())),
    variant("ERRORFORM", 200, || {
        let (maker, replies) = (Maker::new(), Replies::error_form());
        Box::new(move || machine::change_password(&maker, &replies))
    }),
    variant("RECOGNISE_FORM", 1000, || {
        recognise(stanzas::FORM, Limits::default())
    }),
    variant("RECOGNISE_10K_OPTIONS", 200, || {
        recognise(&stanzas::options(10_000), machine::large())
    }),
    variant("NOT_MINE", 5000, || {
        recognise(stanzas::NOT_MINE, Limits::default())
    }),
    variant("FIELDS_512", 4, || fields(512)),
    variant("FIELDS_4096", 2, || fields(4096)),
    variant("OPTIONS_10K", 2, || {
        let (maker, replies) = (Maker::new(), Replies::options(10_000));
        Box::new(move || machine::choose(&maker, &replies, "9999"))
    }),
    variant("TEXT_FORM", 100, || {
        let maker = Maker::new();
        Box::new(move || {
            machine::register_in_text(&maker, stanzas::FORM, stanzas::SUCCESS);
        })
    }),
    variant("minidom TEXT_FORM", 100, || {
        Box::new(|| {
            by_hand::register_in_text(stanzas::FORM, stanzas::SUCCESS);
        })
    }),
    variant("minidom LEGACY", 200, || {
        let replies = Replies::legacy();
        Box::new(move || by_hand::register(&replies))
    }),
    variant("minidom FORM", 200, || {
        let replies = Replies::form();
        Box::new(move || by_hand::register(&replies))
    }),
    variant("minidom ERRORFORM", 200, || {
        let replies = Replies::error_form();
        Box::new(move || by_hand::change_password(&replies))
    }),
    variant("xmpp-parsers LEGACY", 100, || {
        let replies = Replies::legacy();
        Box::new(move || parsers::register(&replies))
    }),
    variant("xmpp-parsers FORM", 100, || {
        let replies = Replies::form();
        Box::new(move || parsers::register_by_form(&replies))
    }),
    variant("xmpp-parsers ERRORFORM", 100, || {
        let replies = Replies::error_form();
        Box::new(move || parsers::change_password(&replies))
    }),
    variant(
        "xmpp-parsers FORM (clones of the replies alone)",
        100,
        || {
            let replies = Replies::form();
            Box::new(move || parsers::clone_replies(&replies))
        },
    ),
];

fn register(replies: Replies) -> Work {
    let maker = Maker::new();
    Box::new(move || machine::register(&maker, &replies))
}

/// A machine that waits for its form looks at a stanza.
fn recognise(stanza: &str, limits: Limits) -> Work {
    let machine = Maker::new().waiting(limits);
    let stanza = stanzas::parse(stanza);
    Box::new(move || {
        std::hint::black_box(RegistrationMachine::recognise(&machine, &stanza));
    })
}

fn fields(count: usize) -> Work {
    let (maker, replies) = (Maker::new(), Replies::fields(count));
    let names: Vec<String> = (0..count).map(|at| format!("field-{at}")).collect();
    Box::new(move || machine::set_each(&maker, &replies, &names))
}
