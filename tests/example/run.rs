//! Runs the program under test.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::fake::{DOMAIN, Fake};
use crate::outcome::Outcome;
use crate::program::program;

/// The user name in every test.
pub const USER: &str = "juliet";
/// Her password: every character that careless escaping would spoil.
pub const PASSWORD: &str = "s3cret&<>\"' one";
/// The password that she changes to.
pub const NEW_PASSWORD: &str = "s3cret&<>\"' two";

/// A program that hangs is killed and fails the test.
const PATIENCE: Duration = Duration::from_secs(60);

/// One call of the program, as it is put together.
pub struct Call {
    options: Vec<String>,
    input: Option<String>,
    environment: Vec<(&'static str, OsString)>,
}

/// A call without credentials.
pub fn call() -> Call {
    let options = ["--domain", DOMAIN, "--plaintext", "--trace"];
    Call {
        options: options.map(str::to_owned).into(),
        input: None,
        environment: Vec::new(),
    }
}

/// A call with user name and password.
pub fn juliet() -> Call {
    call().with(&["--username", USER, "--password", PASSWORD])
}

impl Call {
    /// With these options, too.
    pub fn with(mut self, options: &[&str]) -> Self {
        self.options
            .extend(options.iter().map(|&option| option.to_owned()));
        self
    }

    /// With a value for a field.
    pub fn set(self, field: &str, value: &str) -> Self {
        self.with(&["--set", &format!("{field}={value}")])
    }

    /// With these lines on standard input; without them the program is told never to ask.
    pub fn input(mut self, lines: &[&str]) -> Self {
        self.input = Some(lines.iter().flat_map(|line| [*line, "\n"]).collect());
        self
    }

    /// With a place for its temporary files.
    pub fn scratch(mut self, folder: &Path) -> Self {
        self.environment.push(("TMPDIR", folder.into()));
        self
    }

    /// With this password in the environment.
    pub fn environment(mut self, password: &str) -> Self {
        self.environment.push(("XMPP_PASSWORD", password.into()));
        self
    }

    /// Runs the task against the server, and fails if the server's script did.
    #[track_caller]
    pub fn run(self, fake: Fake, task: &str) -> Outcome {
        let address = fake.address();
        let outcome = self.with(&["--connect", &address]).run_alone(task);
        fake.finish(&outcome);
        outcome
    }

    /// Runs the task where no server is needed. No secret may be printed, whatever comes of it.
    #[track_caller]
    pub fn run_alone(mut self, task: &str) -> Outcome {
        if self.input.is_none() {
            self.options.push("--no-input".to_owned());
        }
        self.options.push(task.to_owned());
        let input = self.input.as_deref();
        let outcome = execute_in(&self.environment, &self.options, input);
        for secret in [PASSWORD, NEW_PASSWORD] {
            outcome.hides(secret).hides(&escape(secret));
        }
        outcome
    }
}

/// As a password goes over the wire.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Runs the program with these arguments and nothing else.
#[track_caller]
pub fn execute(options: &[String], input: Option<&str>) -> Outcome {
    execute_in(&[], options, input)
}

#[track_caller]
fn execute_in(
    environment: &[(&str, OsString)],
    options: &[String],
    input: Option<&str>,
) -> Outcome {
    let scratch = || tempfile::tempfile().expect("a temporary file can be made");
    let share = |file: &File| file.try_clone().expect("a file can be shared");
    // Into files, since a pipe that nobody empties would stop the program.
    let (mut stdout, mut stderr) = (scratch(), scratch());
    let mut child = Command::new(program())
        .args(options)
        .env_remove("XMPP_PASSWORD")
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(share(&stdout))
        .stderr(share(&stderr))
        .spawn()
        .expect("the example, just built, can be started");
    if let Some(mut pipe) = child.stdin.take() {
        // A program that ended without reading is no failure of this write.
        let _ = pipe.write_all(input.unwrap_or_default().as_bytes());
    }
    let status = wait(&mut child);
    let outcome = Outcome {
        command: format!("register {options:?} < {input:?}"),
        code: status.and_then(|status| status.code()),
        stdout: read(&mut stdout),
        stderr: read(&mut stderr),
    };
    assert!(status.is_some(), "the program did not end\n{outcome}");
    outcome
}

/// The status, or none of a child that had to be killed.
fn wait(child: &mut Child) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return Some(status);
        }
        sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

fn read(file: &mut File) -> String {
    let mut bytes = Vec::new();
    file.rewind()
        .and_then(|()| file.read_to_end(&mut bytes))
        .expect("a file just written can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}
