//! Names and passwords: from the command line, or asked for before there is a stream.

use crate::args::{Args, Secret, Task};
use crate::ask::User;
use crate::stop::Stop;

/// Who logs in, for the tasks that need it.
pub struct Login {
    /// The name, without the domain.
    pub username: String,
    /// The password.
    pub password: String,
    /// For a change of the password only.
    pub new_password: String,
}

impl Login {
    /// What the task needs; `None` if it goes to the server before any login.
    pub fn gather(args: &Args, user: &User) -> Result<Option<Self>, Stop> {
        let needed = match args.task {
            Task::ChangePassword | Task::Unregister => true,
            Task::Form | Task::Register => args.service.is_some(),
        };
        if !needed {
            return Ok(None);
        }
        let reveal = |secret: &Option<Secret>| secret.as_ref().map(|it| it.reveal().to_owned());
        let username = given(args.username.clone(), || {
            user.need("User name", "--username")
        })?;
        let password = given(reveal(&args.password), || {
            user.need_secret("Password", "--password (or XMPP_PASSWORD)", false)
        })?;
        let new_password = if args.task == Task::ChangePassword {
            given(reveal(&args.new_password), || {
                user.need_secret("New password", "--new-password", true)
            })?
        } else {
            String::new()
        };
        Ok(Some(Self {
            username,
            password,
            new_password,
        }))
    }
}

/// The option's value, else the user's. An empty one is none: nobody has an empty name or password.
fn given(
    option: Option<String>,
    ask: impl FnOnce() -> Result<String, Stop>,
) -> Result<String, Stop> {
    option
        .filter(|value| !value.is_empty())
        .map_or_else(ask, Ok)
}

/// What is known for the fields of a form without asking. At a service, `--username` and
/// `--password` are those of somewhere else.
pub fn known_values(args: &Args, login: Option<&Login>) -> Vec<(String, Vec<String>)> {
    let option = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let (username, password) = match login {
        Some(login) => (login.username.clone(), login.password.clone()),
        None => (
            option(args.username.as_deref()),
            option(args.password.as_ref().map(Secret::reveal)),
        ),
    };
    let pairs = match (args.task, login) {
        (Task::ChangePassword, Some(login)) if args.service.is_some() => {
            vec![
                ("username", username),
                ("password", login.new_password.clone()),
            ]
        }
        (Task::ChangePassword, Some(login)) => vec![
            ("username", username),
            ("old_password", password),
            ("password", login.new_password.clone()),
        ],
        _ if args.service.is_some() => Vec::new(),
        _ => vec![("username", username), ("password", password)],
    };
    let filled = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    filled
        .map(|(name, value)| (name.to_owned(), vec![value]))
        .collect()
}
