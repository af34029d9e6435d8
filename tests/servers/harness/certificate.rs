//! Self-signed certificates, made by the openssl command.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::DOMAIN;

/// A certificate for [`DOMAIN`] which only its own file vouches for.
pub struct Certificate {
    /// The certificate: what a client has to trust.
    pub public: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// Both in one file, as ejabberd wants it.
    pub both: PathBuf,
}

impl Certificate {
    /// Makes one in `folder`.
    pub fn make(folder: &Path) -> Self {
        let made = Self {
            public: folder.join("server.crt"),
            key: folder.join("server.key"),
            both: folder.join("server.pem"),
        };
        made.ask_openssl();
        let certificate = fs::read_to_string(&made.public).expect("openssl wrote the certificate");
        let key = fs::read_to_string(&made.key).expect("openssl wrote the key");
        fs::write(&made.both, certificate + &key).expect("the temporary folder takes files");
        made
    }

    /// `CA:FALSE`, since rustls refuses an authority's certificate as a server's own.
    fn ask_openssl(&self) {
        let status = Command::new("openssl")
            .args([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
            ])
            .args([
                "-subj",
                &format!("/CN={DOMAIN}"),
                "-addext",
                &format!("subjectAltName=DNS:{DOMAIN}"),
            ])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(&self.key)
            .arg("-out")
            .arg(&self.public)
            .stderr(Stdio::null())
            .status()
            .expect("the openssl command is not installed: apt-get install openssl");
        assert!(
            status.success(),
            "openssl could not make a certificate: {status}"
        );
    }
}
