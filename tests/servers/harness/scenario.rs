//! The scenarios: which software runs with which configuration.

/// The two servers that Debian packages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Software {
    /// Packages `prosody` and `prosody-modules`.
    Prosody,
    /// Package `ejabberd`.
    Ejabberd,
}

/// One way to set a server up.
pub struct Scenario {
    /// Its name in messages.
    pub name: &'static str,
    /// Who runs it.
    pub software: Software,
    /// Whether nothing but STARTTLS goes over plaintext.
    pub tls_required: bool,
    /// Its configuration: what it shares with the others, then its own.
    pub config: [&'static str; 2],
}

const fn prosody(name: &'static str, config: &'static str) -> Scenario {
    let common = include_str!("../config/prosody/common.cfg.lua");
    Scenario {
        name,
        software: Software::Prosody,
        tls_required: false,
        config: [common, config],
    }
}

const fn ejabberd(name: &'static str, config: &'static str) -> Scenario {
    let common = include_str!("../config/ejabberd/common.yml");
    Scenario {
        name,
        software: Software::Ejabberd,
        tls_required: false,
        config: [common, config],
    }
}

const fn requiring_tls(scenario: &Scenario) -> Scenario {
    Scenario {
        tls_required: true,
        ..*scenario
    }
}

pub const PROSODY_PLAIN: Scenario = prosody(
    "prosody plain",
    include_str!("../config/prosody/plain.cfg.lua"),
);
pub const PROSODY_TLS: Scenario = requiring_tls(&prosody(
    "prosody tls",
    include_str!("../config/prosody/tls.cfg.lua"),
));
pub const PROSODY_DIRECT_TLS: Scenario = requiring_tls(&prosody(
    "prosody direct tls",
    include_str!("../config/prosody/direct_tls.cfg.lua"),
));
pub const PROSODY_FIELDS: Scenario = prosody(
    "prosody fields",
    include_str!("../config/prosody/fields.cfg.lua"),
);
pub const PROSODY_REDIRECT: Scenario = prosody(
    "prosody redirect",
    include_str!("../config/prosody/redirect.cfg.lua"),
);
pub const PROSODY_LIMITS: Scenario = prosody(
    "prosody limits",
    include_str!("../config/prosody/limits.cfg.lua"),
);
pub const PROSODY_DISABLED: Scenario = prosody(
    "prosody disabled",
    include_str!("../config/prosody/disabled.cfg.lua"),
);
pub const PROSODY_INVITES: Scenario = prosody(
    "prosody invites",
    include_str!("../config/prosody/invites.cfg.lua"),
);

pub const PROSODY_MUC: Scenario =
    prosody("prosody muc", include_str!("../config/prosody/muc.cfg.lua"));

pub const PROSODY_GATEWAY: Scenario = prosody(
    "prosody gateway",
    include_str!("../config/prosody/gateway.cfg.lua"),
);

pub const EJABBERD_PLAIN: Scenario = ejabberd(
    "ejabberd plain",
    include_str!("../config/ejabberd/plain.yml"),
);
pub const EJABBERD_TLS: Scenario = requiring_tls(&ejabberd(
    "ejabberd tls",
    include_str!("../config/ejabberd/tls.yml"),
));
pub const EJABBERD_DIRECT_TLS: Scenario = requiring_tls(&ejabberd(
    "ejabberd direct tls",
    include_str!("../config/ejabberd/direct_tls.yml"),
));
pub const EJABBERD_CAPTCHA: Scenario = ejabberd(
    "ejabberd captcha",
    include_str!("../config/ejabberd/captcha.yml"),
);
pub const EJABBERD_REDIRECT: Scenario = ejabberd(
    "ejabberd redirect",
    include_str!("../config/ejabberd/redirect.yml"),
);
pub const EJABBERD_LIMITS: Scenario = ejabberd(
    "ejabberd limits",
    include_str!("../config/ejabberd/limits.yml"),
);
pub const EJABBERD_DISABLED: Scenario = ejabberd(
    "ejabberd disabled",
    include_str!("../config/ejabberd/disabled.yml"),
);

/// ejabberd's `captcha_cmd`.
pub const CAPTCHA_SCRIPT: &str = include_str!("../config/ejabberd/captcha.sh");
