//! Types and conditions of stanza errors (RFC 6120 section 8.3), and their legacy codes (XEP-0086).

use core::fmt;

/// The `type` of a stanza error: what the requester may do about it (RFC 6120 section 8.3.2).
///
/// ```
/// use xmpp_registration::{Condition, ErrorType};
///
/// assert_eq!(Condition::NotAcceptable.default_type(), ErrorType::Modify);
/// assert_eq!(ErrorType::Modify.name(), "modify");
/// assert_eq!(ErrorType::Modify.to_string(), "modify");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorType {
    /// Retry after providing credentials.
    Auth,
    /// Do not retry: the error cannot be remedied.
    Cancel,
    /// Proceed: the condition was only a warning.
    Continue,
    /// Retry after changing the data sent.
    Modify,
    /// Retry after waiting: the error is temporary.
    Wait,
}

impl ErrorType {
    const ALL: [(ErrorType, &'static str); 5] = [
        (ErrorType::Auth, "auth"),
        (ErrorType::Cancel, "cancel"),
        (ErrorType::Continue, "continue"),
        (ErrorType::Modify, "modify"),
        (ErrorType::Wait, "wait"),
    ];

    /// The value of the `type` attribute.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(of, _)| *of == self)
            .map_or("cancel", |(_, name)| name)
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, of)| *of == name)
            .map(|(of, _)| *of)
    }
}

impl fmt::Display for ErrorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! conditions {
    ($($(#[$doc:meta])* $variant:ident $name:literal $kind:ident $code:literal,)*) => {
        /// The defined condition of a stanza error (RFC 6120 section 8.3.3, and `payment-required` of RFC 3920).
        ///
        /// ```
        /// use xmpp_registration::{Condition, ErrorType};
        ///
        /// assert_eq!(Condition::Conflict.name(), "conflict");
        /// assert_eq!(Condition::Conflict.legacy_code(), 409);
        /// assert_eq!(Condition::Conflict.default_type(), ErrorType::Cancel);
        /// // What an old server means by a number alone:
        /// assert_eq!(Condition::from_legacy_code(409), Some((Condition::Conflict, ErrorType::Cancel)));
        /// assert_eq!(Condition::from_legacy_code(418), None);
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Condition { $($(#[$doc])* $variant,)* }

        impl Condition {
            /// Every condition with its element's name, and the type and the legacy code that XEP-0086 gives it.
            pub(super) const ALL: &'static [(Condition, &'static str, ErrorType, u16)] =
                &[$((Condition::$variant, $name, ErrorType::$kind, $code),)*];
        }
    };
}

conditions! {
    /// The request is malformed, or lacks a field.
    BadRequest "bad-request" Modify 400,
    /// The name is taken, or the registration exists already.
    Conflict "conflict" Cancel 409,
    /// The feature is not implemented.
    FeatureNotImplemented "feature-not-implemented" Cancel 501,
    /// The requester has not the permission.
    Forbidden "forbidden" Auth 403,
    /// The address is permanently elsewhere.
    Gone "gone" Modify 302,
    /// The server failed.
    InternalServerError "internal-server-error" Wait 500,
    /// There is no such address or item.
    ItemNotFound "item-not-found" Cancel 404,
    /// A JID, often the user name, is malformed.
    JidMalformed "jid-malformed" Modify 400,
    /// The values are not acceptable, or one is missing.
    NotAcceptable "not-acceptable" Modify 406,
    /// Nobody may do this.
    NotAllowed "not-allowed" Cancel 405,
    /// Credentials are missing, or the channel is not safe enough.
    NotAuthorized "not-authorized" Auth 401,
    /// Payment is required.
    PaymentRequired "payment-required" Auth 402,
    /// A policy of the server forbids it, such as a required encryption.
    PolicyViolation "policy-violation" Modify 406,
    /// The recipient is unavailable.
    RecipientUnavailable "recipient-unavailable" Wait 404,
    /// The address is temporarily elsewhere.
    Redirect "redirect" Modify 302,
    /// The requester is not registered.
    RegistrationRequired "registration-required" Auth 407,
    /// The remote server does not exist.
    RemoteServerNotFound "remote-server-not-found" Cancel 404,
    /// The remote server did not answer in time.
    RemoteServerTimeout "remote-server-timeout" Wait 504,
    /// The server lacks resources, or the requester asks too often.
    ResourceConstraint "resource-constraint" Wait 500,
    /// The service is not provided.
    ServiceUnavailable "service-unavailable" Cancel 503,
    /// A subscription is required.
    SubscriptionRequired "subscription-required" Auth 407,
    /// Any other condition; also stands where the error could not be read.
    UndefinedCondition "undefined-condition" Cancel 500,
    /// The request came at the wrong time.
    UnexpectedRequest "unexpected-request" Wait 400,
}

impl Condition {
    fn row(self) -> (&'static str, ErrorType, u16) {
        let row = Self::ALL.iter().find(|row| row.0 == self);
        let row = row.expect("the table is made from the variants, so each has a row");
        (row.1, row.2, row.3)
    }

    /// The name of the condition's element, such as `conflict`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The type that goes with this condition where an error has none (XEP-0086 section 2).
    #[must_use]
    pub fn default_type(self) -> ErrorType {
        self.row().1
    }

    /// The legacy numeric code (XEP-0086 section 2), `policy-violation` as `not-acceptable`.
    #[must_use]
    pub fn legacy_code(self) -> u16 {
        self.row().2
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// What a legacy numeric code alone means (XEP-0086 section 3), with the type. `None`: no such code.
    #[must_use]
    pub fn from_legacy_code(code: u16) -> Option<(Self, ErrorType)> {
        let condition = match code {
            302 => Condition::Redirect,
            400 => Condition::BadRequest,
            401 => Condition::NotAuthorized,
            402 => Condition::PaymentRequired,
            403 => Condition::Forbidden,
            404 => Condition::ItemNotFound,
            405 => Condition::NotAllowed,
            406 => Condition::NotAcceptable,
            407 => Condition::RegistrationRequired,
            408 | 504 => Condition::RemoteServerTimeout,
            409 => Condition::Conflict,
            500 => Condition::InternalServerError,
            501 => Condition::FeatureNotImplemented,
            // A 502 is the one row whose type differs from the condition's own.
            502 => return Some((Condition::ServiceUnavailable, ErrorType::Wait)),
            503 | 510 => Condition::ServiceUnavailable,
            _ => return None,
        };
        Some((condition, condition.default_type()))
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
