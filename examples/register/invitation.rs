//! What an `xmpp:` URI says, beside what the options say: they may not disagree.

use jid::NodePart;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use xmpp_registration::{Uri, UriAction};

use crate::args::{Args, Secret, Task};

/// Reads the URI, takes from it what no option says, and finds where they disagree.
pub fn settle(args: &mut Args) -> Result<(), String> {
    let (uri, domain, task) = args.given();
    let Some(uri) = uri else {
        let domain = domain.ok_or("--domain is needed, or an invitation by --uri")?;
        let task = task.ok_or("a task is needed: form, register, change-password or unregister")?;
        (args.domain, args.task) = (domain.to_owned(), task);
        return token_is_of_use(args);
    };
    let uri = read(uri, args.token.as_ref().map(Secret::reveal))?;
    let task = agreed_task(&uri, task)?;
    let domain = agreed_domain(args, &uri, domain)?;
    (args.domain, args.task) = (domain, task);
    agree_on_name(args, &uri)?;
    if uri.allows_registration() {
        args.token = uri.token().map(Secret::from);
    }
    args.invitation = Some(uri);
    token_is_of_use(args)
}

/// The URI, with the token that is given beside it: either may hold it, or both the same.
fn read(text: &str, token: Option<&str>) -> Result<Uri, String> {
    let parse = |text: &str| Uri::parse(text).map_err(|error| format!("--uri: {error}"));
    let uri = parse(text)?;
    match (token, uri.token()) {
        (Some(token), Some(named)) if token != named => {
            Err("--uri has another token than --token".to_owned())
        }
        (Some(token), None) => {
            let token = utf8_percent_encode(token, NON_ALPHANUMERIC);
            let before = text.split('#').next().unwrap_or_default().trim_end();
            parse(&format!("{before};preauth={token}"))
        }
        _ => Ok(uri),
    }
}

/// A token is for making an account. Said before anybody logs in, or removes what they have.
fn token_is_of_use(args: &Args) -> Result<(), String> {
    let makes_account = matches!(args.task, Task::Form | Task::Register) && args.service.is_none();
    if args.token.is_none() || makes_account {
        return Ok(());
    }
    Err("a token is of no use for this: it is for making an account at --domain".to_owned())
}

fn agreed_task(uri: &Uri, task: Option<Task>) -> Result<Task, String> {
    let asked = match uri.action() {
        UriAction::Unregister => Task::Unregister,
        _ if uri.allows_registration() => Task::Register,
        _ => return Err("--uri: this contact's invitation is not good for an account".to_owned()),
    };
    match task {
        // To look at the form is the first half of registering.
        Some(Task::Form) if asked == Task::Register => Ok(Task::Form),
        Some(task) if task != asked => Err("--uri asks for another task".to_owned()),
        _ => Ok(asked),
    }
}

/// With `--service` the URI is about the service, and the account is somewhere else.
fn agreed_domain(args: &Args, uri: &Uri, domain: Option<&str>) -> Result<String, String> {
    if let Some(service) = &args.service {
        if service != uri.address() {
            return Err("--uri is about another service than --service".to_owned());
        }
        let domain = domain.ok_or("--domain is needed: the account's own")?;
        return Ok(domain.to_owned());
    }
    // One may be written as the DNS writes it, and the other in its own script.
    let ascii = |domain: &str| idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned());
    match domain {
        Some(domain) if ascii(domain) != ascii(uri.domain()) => {
            Err("--uri is about another domain".to_owned())
        }
        _ => Ok(uri.domain().to_owned()),
    }
}

/// The name of the account to be made, or to be removed.
fn agree_on_name(args: &mut Args, uri: &Uri) -> Result<(), String> {
    if args.service.is_some() || uri.action() == UriAction::Roster {
        return Ok(());
    }
    let Some(named) = uri.address().node() else {
        return Ok(());
    };
    match &args.username {
        Some(name) if NodePart::new(name).is_ok_and(|name| *name == *named) => {}
        Some(_) => return Err("--uri is for another name than --username".to_owned()),
        None => args.username = Some(named.as_str().to_owned()),
    }
    Ok(())
}
