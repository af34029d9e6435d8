//! Runs the program under test.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::login::base64;
use super::program::{program, tokio_xmpp_program};
use super::{DOMAIN, Outcome};

/// A task takes well under a second; a program that hangs is killed and fails the test.
const PATIENCE: Duration = Duration::from_secs(60);

/// One call of the program, as it is put together.
pub struct Client {
    options: Vec<OsString>,
    environment: Option<String>,
    user: String,
    passwords: Vec<String>,
    answers: Option<String>,
    program: &'static Path,
}

impl Client {
    /// A client of [`DOMAIN`] at a loopback port, without an option that says how far it is trusted.
    pub fn new(port: u16) -> Self {
        Self::of(DOMAIN, port)
    }

    /// A client of some domain.
    pub fn of(domain: &str, port: u16) -> Self {
        let client = Self {
            options: Vec::new(),
            environment: None,
            user: String::new(),
            passwords: Vec::new(),
            answers: None,
            program: program(),
        };
        client
            .option("--connect", format!("127.0.0.1:{port}"))
            .option("--domain", domain)
    }

    /// Never TLS.
    pub fn plaintext(self) -> Self {
        self.flag("--plaintext")
    }

    /// TLS, and this file says whom to trust.
    pub fn ca(self, file: &Path) -> Self {
        self.option("--ca", file)
    }

    /// By the program that stands on tokio-xmpp.
    pub fn by_tokio_xmpp(mut self) -> Self {
        self.program = tokio_xmpp_program();
        self
    }

    /// Whose account it is.
    pub fn user(mut self, name: &str) -> Self {
        name.clone_into(&mut self.user);
        self.option("--username", name)
    }

    /// The password as an option.
    pub fn password(mut self, password: &str) -> Self {
        self.passwords.push(password.to_owned());
        self.option("--password", password)
    }

    /// The password in the environment.
    pub fn password_in_environment(mut self, password: &str) -> Self {
        self.passwords.push(password.to_owned());
        self.environment = Some(password.to_owned());
        self
    }

    /// The password to come.
    pub fn new_password(mut self, password: &str) -> Self {
        self.passwords.push(password.to_owned());
        self.option("--new-password", password)
    }

    /// A password that goes another way, so that it is looked for as well.
    pub fn secret(mut self, password: &str) -> Self {
        self.passwords.push(password.to_owned());
        self
    }

    /// A value for a field of the form.
    pub fn set(self, field: &str, value: &str) -> Self {
        self.option("--set", format!("{field}={value}"))
    }

    /// Lines to answer the program's questions with, through a pipe; without this it is told never to ask.
    pub fn answers(mut self, lines: &[&str]) -> Self {
        self.answers = Some(lines.iter().flat_map(|line| [*line, "\n"]).collect());
        self
    }

    /// An option without a value.
    pub fn flag(mut self, name: &str) -> Self {
        self.options.push(name.into());
        self
    }

    /// An option with its value.
    pub fn option(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.options.extend([name.into(), value.into()]);
        self
    }

    /// Runs the task. Whatever comes of it, no password may be in what the program printed.
    #[track_caller]
    pub fn run(mut self, task: &str) -> Outcome {
        // The other program has nobody to ask.
        if self.answers.is_none() && self.program == program() {
            self = self.flag("--no-input");
        }
        self.options.push(task.into());
        let outcome = self.finish();
        for secret in self.secrets() {
            outcome.hides(&secret);
        }
        outcome
    }

    /// The same for a task that asks for what only shows up meanwhile: each line is made when it is needed.
    #[track_caller]
    pub fn run_answering(mut self, task: &str, lines: &[&dyn Fn(&Shown) -> String]) -> Outcome {
        self.answers = Some(String::new());
        self.options.push(task.into());
        let (mut stdout, mut stderr) = (scratch(), scratch());
        let mut child = self.spawn(&stdout, &stderr);
        let mut pipe = child.stdin.take().expect("it is piped");
        for line in lines {
            // A program that ended without reading is no failure of this write.
            let line = line(&Shown(&stderr));
            let _ = pipe.write_all(format!("{line}\n").as_bytes());
        }
        drop(pipe);
        let outcome = self.outcome(&mut child, &mut stdout, &mut stderr);
        for secret in self.secrets() {
            outcome.hides(&secret);
        }
        outcome
    }

    #[track_caller]
    fn finish(&self) -> Outcome {
        let (mut stdout, mut stderr) = (scratch(), scratch());
        let mut child = self.spawn(&stdout, &stderr);
        if let Some(mut pipe) = child.stdin.take() {
            // A program that ended without reading is no failure of this write.
            let _ = pipe.write_all(self.answers.as_deref().unwrap_or_default().as_bytes());
        }
        self.outcome(&mut child, &mut stdout, &mut stderr)
    }

    #[track_caller]
    fn outcome(&self, child: &mut Child, stdout: &mut File, stderr: &mut File) -> Outcome {
        let status = wait(child);
        let outcome = Outcome {
            command: self.command_line(),
            code: status.and_then(|status| status.code()),
            stdout: read(stdout),
            stderr: read(stderr),
        };
        assert!(
            status.is_some(),
            "the program did not end within {PATIENCE:?}\n{outcome}"
        );
        outcome
    }

    /// Into files, since a pipe that nobody empties would stop the program.
    fn spawn(&self, stdout: &File, stderr: &File) -> Child {
        let share = |file: &File| file.try_clone().expect("a file can be shared");
        let mut command = Command::new(self.program);
        command.args(&self.options).env_remove("XMPP_PASSWORD");
        command.envs(
            self.environment
                .as_ref()
                .map(|password| ("XMPP_PASSWORD", password)),
        );
        command.stdin(if self.answers.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        });
        command.stdout(share(stdout)).stderr(share(stderr));
        command
            .spawn()
            .expect("the example, just built, can be started")
    }

    fn command_line(&self) -> String {
        let options: Vec<_> = self
            .options
            .iter()
            .map(|option| format!("{:?}", option.to_string_lossy()))
            .collect();
        let input = self
            .answers
            .as_ref()
            .map(|lines| format!(" (standard input: {lines:?})"))
            .unwrap_or_default();
        format!("{} {}{input}", self.program.display(), options.join(" "))
    }

    /// Each password as it is, and as it goes over the wire: escaped, and as SASL PLAIN writes it.
    fn secrets(&self) -> Vec<String> {
        let forms = |password: &String| {
            [
                password.clone(),
                password.replace('&', "&amp;").replace('<', "&lt;"),
                base64(password.as_bytes()),
                base64(format!("\0{}\0{password}", self.user).as_bytes()),
            ]
        };
        self.passwords.iter().flat_map(forms).collect()
    }
}

/// What a program that still runs has told so far.
pub struct Shown<'a>(&'a File);

impl Shown<'_> {
    /// Waits for a line that ends like this.
    #[track_caller]
    pub fn line(&self, end: &str) -> String {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let text = self.so_far();
            // Without its line break it may be half a line.
            let whole = text
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'));
            if let Some(line) = whole.map(str::trim_end).find(|line| line.ends_with(end)) {
                return line.to_owned();
            }
            sleep(Duration::from_millis(10));
        }
        panic!("no line ends in {end:?}: {}", self.so_far());
    }

    /// Where the program writes is a place that it shares with this file: reading must not move it.
    fn so_far(&self) -> String {
        let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
        loop {
            let count = self.0.read_at(&mut chunk, bytes.len() as u64);
            match count.expect("a file can be read while it is written") {
                0 => return String::from_utf8_lossy(&bytes).into_owned(),
                count => bytes.extend_from_slice(&chunk[..count]),
            }
        }
    }
}

/// The status, or none of a child that had to be killed.
fn wait(child: &mut Child) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return Some(status);
        }
        sleep(Duration::from_millis(10));
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

fn scratch() -> File {
    tempfile::tempfile().expect("a temporary file can be made")
}

fn read(file: &mut File) -> String {
    let mut bytes = Vec::new();
    file.rewind()
        .and_then(|()| file.read_to_end(&mut bytes))
        .expect("a file just written can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}
