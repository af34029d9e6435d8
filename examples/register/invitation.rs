//! What an `xmpp:` URI says, beside what the options say: they may not disagree.

use jid::NodePart;
use xmpp_registration::{Uri, UriAction};

use crate::args::{Args, Secret, Task};

/// Reads the URI, takes from it what no option says, and finds where they disagree.
pub fn settle(args: &mut Args) -> Result<(), String> {
    let (uri, domain, task) = args.given();
    let uri = uri.map(Uri::parse).transpose();
    let uri = uri.map_err(|error| format!("--uri: {error}"))?;
    let Some(uri) = uri else {
        let domain = domain.ok_or("--domain is needed, or an invitation by --uri")?;
        let task = task.ok_or("a task is needed: form, register, change-password or unregister")?;
        (args.domain, args.task) = (domain.to_owned(), task);
        return Ok(());
    };
    let task = agreed_task(&uri, task)?;
    let domain = agreed_domain(args, &uri, domain)?;
    (args.domain, args.task) = (domain, task);
    agree_on_name(args, &uri)?;
    agree_on_token(args, &uri)?;
    args.invitation = Some(uri);
    Ok(())
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
    match domain {
        Some(domain) if domain != uri.domain() => Err("--uri is about another domain".to_owned()),
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

fn agree_on_token(args: &mut Args, uri: &Uri) -> Result<(), String> {
    match (&args.token, uri.token()) {
        (Some(token), Some(named)) if token.reveal() != named => {
            Err("--uri has another token than --token".to_owned())
        }
        (None, Some(named)) => {
            args.token = Some(Secret::from(named));
            Ok(())
        }
        _ => Ok(()),
    }
}
