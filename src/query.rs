//! The queries of `jabber:iq:register` that need no form, and the token of XEP-0445.

use minidom::Element;

use crate::prototype::Prototypes;
use crate::xml::{NS_BOB, NS_PREAUTH, NS_REGISTER, name};

/// Asks for the form (XEP-0077 section 3.1).
pub(crate) fn form(prototypes: &Prototypes) -> Element {
    prototypes.query()
}

/// Changes a password (XEP-0077 section 3.3).
pub(crate) fn change_password(prototypes: &Prototypes, username: &str, password: &str) -> Element {
    let mut query = form(prototypes);
    for (field, value) in [("username", username), ("password", password)] {
        query.append_child(prototypes.legacy_field(field, value));
    }
    query
}

/// Removes a registration (XEP-0077 section 3.2): alone in its query, which the XEP demands and no server checks.
pub(crate) fn remove(prototypes: &Prototypes) -> Element {
    let mut query = form(prototypes);
    query.append_child(Element::bare("remove", NS_REGISTER));
    query
}

/// Asks for the data of a Content-ID (XEP-0231 section 2.3).
pub(crate) fn media(cid: &str) -> Element {
    Element::builder("data", NS_BOB)
        .attr(name("cid"), cid)
        .build()
}

/// Presents a token (XEP-0445 section 4).
pub(crate) fn preauth(token: &str) -> Element {
    Element::builder("preauth", NS_PREAUTH)
        .attr(name("token"), token)
        .build()
}
