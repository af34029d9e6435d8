//! Starts the server, and runs the client against it.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::outcome::Outcome;
use crate::program::{program, server_program};

/// The domain in every test.
pub const DOMAIN: &str = "example.org";

/// A running server. It is stopped when this is dropped, however the test ends.
pub struct Server {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    stderr: File,
    address: String,
}

impl Server {
    /// A server that listens on a free port, with these options, too.
    pub fn start(options: &[&str]) -> Self {
        let stderr = tempfile::tempfile().expect("a temporary file can be made");
        let mut child = Command::new(server_program())
            .args(["--listen", "127.0.0.1:0", "--domain", DOMAIN])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr.try_clone().expect("a file can be shared"))
            .spawn()
            .expect("the example, just built, can be started");
        let stdout = child.stdout.take().map(BufReader::new);
        // First of all, so that a failure below stops the program, too.
        let mut server = Self {
            child,
            stdout,
            stderr,
            address: String::new(),
        };
        server.address = server.read_address();
        server
    }

    /// The first line tells where it listens.
    fn read_address(&mut self) -> String {
        let mut line = String::new();
        if let Some(stdout) = &mut self.stdout {
            stdout.read_line(&mut line).expect("a pipe can be read");
        }
        let address = line.trim().strip_prefix(&format!("{DOMAIN} listens on "));
        address
            .unwrap_or_else(|| panic!("no address: {line:?}"))
            .to_owned()
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Nobody reads its standard output any more.
    pub fn close_output(&mut self) {
        self.stdout = None;
    }

    /// Runs the client with these options and the task.
    pub fn run(&self, options: &[&str]) -> Outcome {
        let common = ["--domain", DOMAIN, "--connect", &self.address];
        let common = [&common[..], &["--plaintext", "--no-input", "--trace"]].concat();
        let output = Command::new(program())
            .args([&common, options].concat())
            .env_remove("XMPP_PASSWORD")
            .stdin(Stdio::null())
            .output()
            .expect("the example, just built, can be started");
        Outcome::of(format!("register {options:?}"), &output)
    }

    /// Registers with this name and password.
    pub fn register(&self, name: &str, password: &str) -> Outcome {
        self.run(&["--username", name, "--password", password, "register"])
    }

    /// Stops the server. Returned is all that it printed after its first line.
    pub fn stop(mut self) -> Printed {
        assert!(
            self.child
                .try_wait()
                .expect("a child can be asked")
                .is_none(),
            "the server still runs"
        );
        self.kill();
        let (mut stdout, mut stderr) = (String::new(), String::new());
        if let Some(pipe) = &mut self.stdout {
            pipe.read_to_string(&mut stdout).expect("it printed text");
        }
        self.stderr
            .rewind()
            .and_then(|()| self.stderr.read_to_string(&mut stderr))
            .expect("it printed text");
        Printed { stdout, stderr }
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What a server printed.
pub struct Printed {
    pub stdout: String,
    pub stderr: String,
}

impl Printed {
    /// These lines on standard output, and nothing besides.
    #[track_caller]
    pub fn is(&self, lines: &[&str]) {
        assert_eq!(self.stdout.lines().collect::<Vec<_>>(), lines);
        assert_eq!(self.stderr, "");
    }
}
