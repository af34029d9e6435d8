//! A running server: started empty on a free loopback port, killed when it goes out of scope.

use std::fs;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::{panicking, sleep};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::login::{self, Login};
use super::{Certificate, Client, Scenario, launch};

/// ejabberd needs a few seconds, on a busy machine a multiple of it.
const PATIENCE: Duration = Duration::from_secs(120);

/// How much of its log a server shows when a test failed.
const LAST_WORDS: usize = 40;

/// A server with data, certificate and logs in a folder of its own; nothing of it outlives the value.
pub struct Server {
    name: &'static str,
    process: Child,
    port: u16,
    component_port: u16,
    _claims: [UdpSocket; 2],
    tls_required: bool,
    certificate: Certificate,
    folder: TempDir,
}

impl Server {
    /// Starts the server and waits until it answers.
    pub fn start(scenario: &Scenario) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let certificate = Certificate::make(folder.path());
        let (port, claim) = claim_port();
        let (component_port, second_claim) = claim_port();
        let process = launch::launch(scenario, folder.path(), [port, component_port]);
        // From here on a panic kills the process, since the value exists.
        let mut server = Self {
            name: scenario.name,
            process,
            port,
            component_port,
            _claims: [claim, second_claim],
            tls_required: scenario.tls_required,
            certificate,
            folder,
        };
        for sign in launch::signs_of_life(scenario, [port, component_port]) {
            server.wait_for(&sign);
        }
        server.complain_about_modules();
        server
    }

    /// The port that clients connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The port that components connect to, where there are any; or where clients speak TLS from the start.
    pub fn component_port(&self) -> u16 {
        self.component_port
    }

    /// The certificate that clients have to trust.
    pub fn certificate(&self) -> &Path {
        &self.certificate.public
    }

    /// A file of the server's own data.
    pub fn data(&self, file: &str) -> PathBuf {
        self.folder.path().join("data").join(file)
    }

    /// The program, set up to reach this server: over TLS where it is required, in plaintext elsewhere.
    pub fn client(&self) -> Client {
        let client = Client::new(self.port);
        if self.tls_required {
            client.ca(self.certificate())
        } else {
            client.plaintext()
        }
    }

    /// A fresh token of an invitation; `reset` sets the password of an account that exists.
    pub fn invitation(&self, reset: Option<&str>) -> String {
        launch::invitation(self.folder.path(), reset)
    }

    /// Opens a chat room for as long as the socket is kept.
    pub fn open_room(&self, user: &str, password: &str, room: &str) -> TcpStream {
        login::open_room(self.port, user, password, room)
    }

    /// Waits until a file of the server's own data holds something else than `before`.
    #[track_caller]
    pub fn news(&self, file: &str, before: &str) -> String {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let text = fs::read_to_string(self.data(file)).unwrap_or_default();
            // An empty one is just being written.
            if !text.is_empty() && text != before {
                return text;
            }
            sleep(Duration::from_millis(30));
        }
        panic!("{}: nothing new in {file}", self.name);
    }

    /// Fails unless the account can log in with that password.
    #[track_caller]
    pub fn lets_in(&self, user: &str, password: &str) {
        let login = self.login(user, password);
        assert!(
            login == Login::Accepted,
            "{}: {user:?} cannot log in with {password:?}",
            self.name
        );
    }

    /// Fails unless the server refuses the login, since the account or its password is another.
    #[track_caller]
    pub fn keeps_out(&self, user: &str, password: &str) {
        let login = self.login(user, password);
        assert!(
            login == Login::Refused,
            "{}: {user:?} can log in with {password:?}",
            self.name
        );
    }

    fn login(&self, user: &str, password: &str) -> Login {
        if self.tls_required {
            login::over_tls(self.port, self.certificate(), user, password)
        } else {
            login::in_plaintext(self.port, user, password)
        }
    }

    fn wait_for(&mut self, sign: &str) {
        let start = Instant::now();
        while !self.logs().contains(sign) {
            if let Some(status) = self.process.try_wait().expect("a child can be waited for") {
                panic!("{}: the server ended while it started: {status}", self.name);
            }
            assert!(
                start.elapsed() < PATIENCE,
                "{}: no {sign:?} in the server's logs",
                self.name
            );
            sleep(Duration::from_millis(30));
        }
    }

    /// Prosody goes on without a module that it cannot load; then the scenario is not what its name says.
    fn complain_about_modules(&self) {
        let logs = self.logs();
        let fault = |line: &&str| {
            line.contains("Unable to load module") || line.contains("Error initializing module")
        };
        let faults: Vec<_> = logs.lines().filter(fault).collect();
        assert!(
            faults.is_empty(),
            "{}: apt-get install prosody-modules? {faults:#?}",
            self.name
        );
    }

    /// What the process printed, and its log.
    fn logs(&self) -> String {
        let read = |file| fs::read(self.folder.path().join("log").join(file)).unwrap_or_default();
        let bytes = [read("output"), read("server.log")].concat();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if panicking() {
            let logs = self.logs();
            let lines: Vec<_> = logs.lines().collect();
            let last = lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n");
            eprintln!("--- the last lines of {}'s log\n{last}\n---", self.name);
        }
    }
}

/// A port that nobody else takes while the socket is kept. It lies below the range from which the
/// system takes those of outgoing connections, and claiming its twin for datagrams, which no server
/// here uses, keeps other tests away from it until the server listens there.
fn claim_port() -> (u16, UdpSocket) {
    let claim = |port| {
        let claim = UdpSocket::bind(("127.0.0.1", port)).ok()?;
        TcpListener::bind(("127.0.0.1", port)).ok()?;
        Some((port, claim))
    };
    let mut ports = 20_000..30_000;
    ports
        .find_map(claim)
        .expect("one port in ten thousand is free")
}
