//! What the server sends. The requests have the ids `p-1` and `p-2`, whoever makes them.

use std::fmt::Write as _;

use minidom::Element;

/// The three fields that most servers ask for.
pub const LEGACY: &str = "\
<iq xmlns='jabber:client' type='result' id='p-1' from='example.com' to='juliet@example.com/balcony'>\
<query xmlns='jabber:iq:register'>\
<instructions>Choose a user name and a password, and tell us where to write to.</instructions>\
<username/><password/><email/>\
</query></iq>";

/// A data form of eight fields, and the fields of the old way beside it.
pub const FORM: &str = "\
<iq xmlns='jabber:client' type='result' id='p-1' from='example.com' to='juliet@example.com/balcony'>\
<query xmlns='jabber:iq:register'>\
<instructions>Use a client that knows data forms, or fill in these.</instructions>\
<username/><password/><email/>\
<x xmlns='jabber:x:data' type='form'>\
<title>Registration</title>\
<instructions>Please tell us who you are.</instructions>\
<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>\
<field type='text-single' var='username' label='User name'><required/></field>\
<field type='text-private' var='password' label='Password'><required/></field>\
<field type='text-single' var='email' label='E-mail address'><required/></field>\
<field type='text-single' var='first' label='Given name'/>\
<field type='text-single' var='last' label='Family name'/>\
<field type='list-single' var='x-gender' label='Gender'>\
<option label='Male'><value>M</value></option>\
<option label='Female'><value>F</value></option>\
<option label='Not told'><value>none</value></option>\
</field>\
<field type='boolean' var='x-news' label='Tell me the news'/>\
</x></query></iq>";

/// A change of the password is refused: the server wants to know more.
pub const ERROR_FORM: &str = "\
<iq xmlns='jabber:client' type='error' id='p-1' from='juliet@example.com' to='juliet@example.com/balcony'>\
<query xmlns='jabber:iq:register'>\
<x xmlns='jabber:x:data' type='form'>\
<title>Password change</title>\
<instructions>Please tell us your old password, too.</instructions>\
<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register:changepassword</value></field>\
<field type='text-single' var='username' label='User name'><required/></field>\
<field type='text-private' var='old_password' label='Old password'><required/></field>\
<field type='text-private' var='password' label='New password'><required/></field>\
<field type='text-single' var='email' label='E-mail address'/>\
</x></query>\
<error type='auth' code='401'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>\
</iq>";

pub const SUCCESS: &str = "<iq xmlns='jabber:client' type='result' id='p-2' from='example.com' \
to='juliet@example.com/balcony'/>";

/// Somebody else's.
pub const NOT_MINE: &str = "<iq xmlns='jabber:client' type='result' id='roster-17' from='example.com' \
to='juliet@example.com/balcony'><query xmlns='jabber:iq:roster'/></iq>";

pub fn parse(xml: &str) -> Element {
    xml.parse().expect("the stanzas of the benches are XML")
}

/// A data form of so many fields to fill in.
pub fn fields(count: usize) -> String {
    let mut inside = String::new();
    for at in 0..count {
        write!(inside, "<field type='text-single' var='field-{at}'/>").expect("a String takes all");
    }
    form_with(&inside)
}

/// A data form with a choice among so many.
pub fn options(count: usize) -> String {
    let mut inside = String::from("<field type='list-single' var='choice'>");
    for at in 0..count {
        write!(
            inside,
            "<option label='Choice {at}'><value>{at}</value></option>"
        )
        .expect("a String takes all");
    }
    inside.push_str("</field>");
    form_with(&inside)
}

fn form_with(fields: &str) -> String {
    format!(
        "<iq xmlns='jabber:client' type='result' id='p-1' from='example.com'>\
         <query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>\
         <field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>{fields}</x></query></iq>"
    )
}
