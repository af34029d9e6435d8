//! What the server asks for: the same two fields in each way that XEP-0077 knows, and what it
//! demands before it removes an account or changes a password.

use clap::ValueEnum;
use xmpp_registration::FieldKind;
use xmpp_registration::service::{Captcha, DataForm, Fields, FormField, Offer, OfferError};

use crate::picture;

const HOW: &str = "Choose a name and a password.";

/// How the form is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormKind {
    /// Fields of the old way
    Legacy,
    /// A data form
    Data,
    /// A data form, and the fields for clients that know no other way
    Both,
    /// A data form with a picture to be read
    Captcha,
    /// None: an address to go to instead
    Redirect,
}

/// What is asked of somebody who has no account. `challenge` names the picture, where there is one.
pub fn registration(
    kind: FormKind,
    domain: &str,
    challenge: &str,
    digits: &str,
) -> Result<Offer, OfferError> {
    let fields = || Fields::of(["username", "password"]);
    match kind {
        FormKind::Legacy => Offer::builder().instructions(HOW).fields(fields()).build(),
        FormKind::Data => Offer::of_form(form()),
        FormKind::Both => {
            let offer = Offer::builder().instructions(HOW).fields(fields());
            offer.form(form()).build()
        }
        FormKind::Captcha => {
            let picture = picture::of(digits);
            let captcha = Captcha::picture(challenge, "image/bmp", &picture, digits)
                .label("Enter the digits that you see");
            Offer::builder().form(form()).captcha(captcha).build()
        }
        FormKind::Redirect => {
            let url = format!("https://{domain}/register");
            Offer::redirect(&url, "Accounts are made on the web site.")
        }
    }
}

/// What is on file about an account.
pub fn on_file(name: &str) -> Result<Offer, OfferError> {
    let fields = Fields::of(["password"]).value("username", name);
    Offer::builder().registered().fields(fields).build()
}

/// What is demanded before a password is changed.
pub fn password_change() -> Result<Offer, OfferError> {
    let form = DataForm::new()
        .form_type("jabber:iq:register:changepassword")
        .title("Password change")
        .instructions("Enter your password, and the new one.")
        .field(name())
        .field(password("old_password", "Password"))
        .field(password("password", "New password"));
    Offer::of_form(form)
}

/// What is demanded before an account is removed.
pub fn removal() -> Result<Offer, OfferError> {
    let form = DataForm::new()
        .form_type("jabber:iq:register:cancel")
        .title("Account removal")
        .instructions("Enter your password to remove your account.")
        .field(name())
        .field(password("password", "Password"));
    Offer::of_form(form)
}

fn form() -> DataForm {
    DataForm::new()
        .title("Registration")
        .instructions(HOW)
        .field(name())
        .field(password("password", "Password"))
}

fn name() -> FormField {
    FormField::new(FieldKind::TextSingle, "username")
        .label("Name")
        .required()
}

fn password(var: &str, label: &str) -> FormField {
    FormField::new(FieldKind::TextPrivate, var)
        .label(label)
        .required()
}
