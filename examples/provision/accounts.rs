//! Who is to be registered.

use std::collections::HashSet;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jid::NodePart;

use crate::options::Options;

/// An account to be made.
pub struct Account {
    pub name: String,
    pub password: String,
    /// Nobody knows the password but this program, so the report has to hold it.
    pub generated: bool,
}

impl Account {
    /// What no two accounts of a server share.
    pub fn key(&self) -> String {
        key(&self.name)
    }
}

/// The name as servers compare it, in which case does not count; as it is, where it is none. What
/// is wrong with it, the server will say.
pub fn key(name: &str) -> String {
    NodePart::new(name).map_or_else(|_| name.to_owned(), |it| it.as_str().to_owned())
}

/// All accounts that the command line asks for, each once.
pub fn gather(options: &Options) -> Result<Vec<Account>, String> {
    let accounts = match (&options.csv, &options.pattern) {
        (Some(file), _) => listed(file)?,
        (None, Some(pattern)) => numbered(options, pattern)?,
        (None, None) => Vec::new(),
    };
    let mut seen = HashSet::new();
    for Account { name, .. } in &accounts {
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err(format!("{name:?} is no user name"));
        }
        // The second would be refused, and look as if somebody else had the name.
        if !seen.insert(key(name)) {
            return Err(format!("{name:?} is there twice"));
        }
    }
    Ok(accounts)
}

fn listed(file: &Path) -> Result<Vec<Account>, String> {
    // The row's number only: its content may be a password.
    let wrong = |at: usize, why: &str| format!("{}: row {at}: {why}", file.display());
    let unreadable = |_| format!("{}: not to be read as CSV in UTF-8", file.display());
    let opened = std::fs::File::open(file);
    let opened = opened.map_err(|error| format!("{}: {error}", file.display()))?;
    let mut reader = csv::Reader::from_reader(opened);
    let headers = reader.headers().map_err(unreadable)?;
    let column = |name: &str| headers.iter().position(|it| it.trim() == name);
    let (Some(name), Some(password)) = (column("username"), column("password")) else {
        return Err(wrong(1, "the columns `username` and `password` are needed"));
    };
    let mut accounts = Vec::new();
    for (at, row) in reader.records().enumerate() {
        let row = row.map_err(|_| wrong(at + 2, "not to be read"))?;
        let value = |column| row.get(column).unwrap_or_default().to_owned();
        let (name, password) = (value(name), value(password));
        if name.is_empty() || password.is_empty() {
            return Err(wrong(at + 2, "a name and a password are needed"));
        }
        accounts.push(Account {
            name,
            password,
            generated: false,
        });
    }
    Ok(accounts)
}

fn numbered(options: &Options, pattern: &str) -> Result<Vec<Account>, String> {
    if pattern.matches("{}").count() != 1 {
        return Err("the pattern needs one {}, as in user{}".to_owned());
    }
    let shared = options.shared_password();
    let first = u64::from(options.from);
    let numbers = first..first + u64::from(options.count.unwrap_or_default());
    numbers
        .map(|number| {
            let password = match &shared {
                Some(password) => password.reveal().to_owned(),
                None => random()?,
            };
            Ok(Account {
                name: pattern.replace("{}", &number.to_string()),
                password,
                generated: shared.is_none(),
            })
        })
        .collect()
}

/// 16 letters that nobody can guess: a password, or the prefix of a machine's ids.
pub fn random() -> Result<String, String> {
    let mut random = [0; 12];
    getrandom::fill(&mut random).map_err(|error| format!("no random numbers: {error}"))?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}
