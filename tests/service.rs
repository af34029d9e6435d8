//! The service's side of XEP-0077.

mod common;

#[path = "service/bounds.rs"]
mod bounds;
#[path = "service/captcha.rs"]
mod captcha;
#[path = "common/characters.rs"]
mod characters;
#[path = "service/checks.rs"]
mod checks;
#[path = "service/demands.rs"]
mod demands;
#[path = "service/edges.rs"]
mod edges;
#[path = "service/elsewhere.rs"]
mod elsewhere;
#[path = "service/hostile.rs"]
mod hostile;
#[path = "service/keys.rs"]
mod keys;
#[path = "service/left_out.rs"]
mod left_out;
#[path = "service/limits.rs"]
mod limits;
#[path = "service/mistakes.rs"]
mod mistakes;
#[path = "service/misuse.rs"]
mod misuse;
#[path = "service/odd.rs"]
mod odd;
#[path = "service/offers.rs"]
mod offers;
#[path = "service/pairs.rs"]
mod pairs;
#[path = "service/properties.rs"]
mod properties;
#[path = "service/requesters.rs"]
mod requesters;
#[path = "service/rules.rs"]
mod rules;
#[path = "service/secrets.rs"]
mod secrets;
#[path = "service/shown.rs"]
mod shown;
#[path = "service/steps.rs"]
mod steps;
#[path = "service/tokens.rs"]
mod tokens;
#[path = "service/transcripts.rs"]
mod transcripts;
