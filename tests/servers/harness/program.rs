//! The programs under test: the example `register` and those beside it, built once for all tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Where the program is. `cargo test --test NAME` does not build examples, so this does.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("register"))
}

/// Where the server of the examples is.
#[allow(dead_code, reason = "not every test takes it")]
pub fn server_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("serve"))
}

/// Where the gateway is.
#[allow(dead_code, reason = "not every test takes it")]
pub fn gateway_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("gateway"))
}

/// Where the program for devices is.
#[allow(dead_code, reason = "not every test takes it")]
pub fn poll_loop_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("poll_loop"))
}

/// Where the program for many accounts is.
#[allow(dead_code, reason = "not every test takes it")]
pub fn provision_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("provision"))
}

/// Where the program that stands on tokio-xmpp is: a package of its own.
#[allow(dead_code, reason = "not every test takes it")]
pub fn tokio_xmpp_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let manifest = "examples/tokio-xmpp/Cargo.toml";
        let folder = cargo_build(&["--locked", "--manifest-path", manifest]);
        folder.join("xmpp-registration-tokio-xmpp")
    })
}

/// Builds an example.
fn build(example: &str) -> PathBuf {
    let mut options = vec!["--example", example];
    // With what this test was built with.
    if cfg!(feature = "hashcash") {
        options.extend(["--features", "hashcash"]);
    }
    cargo_build(&options).join("examples").join(example)
}

/// Builds with the profile and into the folder of this very test program, `TARGET/PROFILE/deps/TEST-HASH`; gives
/// that folder.
fn cargo_build(options: &[&str]) -> PathBuf {
    let test = std::env::current_exe().expect("the system knows which program this is");
    let folder = test
        .ancestors()
        .nth(2)
        .expect("cargo puts tests two folders deep");
    let target = folder
        .parent()
        .expect("cargo names a folder after the profile");
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo.args(["build", "--quiet"]).args(options);
    cargo
        .args(["--profile", profile, "--target-dir"])
        .arg(target);
    // What cargo tells a test about its package would make some dependencies build anew.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
            cargo.env_remove(name);
        }
    }
    let status = cargo
        .status()
        .expect("cargo, which built this test, can be started");
    assert!(status.success(), "the example does not build: {status}");
    folder.to_owned()
}
