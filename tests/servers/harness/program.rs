//! The program under test: the example `register`, built once for all tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Where the program is. `cargo test --test servers` does not build examples, so this does.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(build)
}

/// Builds with the profile and into the folder of this very test program, `TARGET/PROFILE/deps/servers-HASH`.
fn build() -> PathBuf {
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
    let status = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "build",
            "--quiet",
            "--example",
            "register",
            "--profile",
            profile,
            "--target-dir",
        ])
        .arg(target)
        .status()
        .expect("cargo, which built this test, can be started");
    assert!(status.success(), "the example does not build: {status}");
    folder.join("examples").join("register")
}
