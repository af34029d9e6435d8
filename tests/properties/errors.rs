//! What errors are made of (RFC 6120 section 8.3.3, XEP-0086).

/// Conditions with the type that each has by itself.
pub const CONDITIONS: [(&str, &str); 24] = [
    ("conflict", "cancel"),
    ("not-acceptable", "modify"),
    ("feature-not-implemented", "cancel"),
    ("service-unavailable", "cancel"),
    ("not-allowed", "cancel"),
    ("resource-constraint", "wait"),
    ("bad-request", "modify"),
    ("forbidden", "auth"),
    ("gone", "modify"),
    ("internal-server-error", "wait"),
    ("item-not-found", "cancel"),
    ("jid-malformed", "modify"),
    ("not-authorized", "auth"),
    ("payment-required", "auth"),
    ("policy-violation", "modify"),
    ("recipient-unavailable", "wait"),
    ("redirect", "modify"),
    ("registration-required", "auth"),
    ("remote-server-not-found", "cancel"),
    ("remote-server-timeout", "wait"),
    ("subscription-required", "auth"),
    ("undefined-condition", "cancel"),
    ("unexpected-request", "wait"),
    ("", ""),
];
pub const ERROR_TYPES: [&str; 8] = [
    "", "cancel", "modify", "wait", "auth", "continue", "Wait", "",
];
/// Legacy codes, and what each means alone (XEP-0086).
pub const CODES: [(&str, &str, &str); 8] = [
    ("", "", ""),
    ("", "", ""),
    ("", "", ""),
    ("401", "not-authorized", "auth"),
    ("409", "conflict", "cancel"),
    ("502", "service-unavailable", "wait"),
    ("500", "internal-server-error", "wait"),
    ("x", "", ""),
];
