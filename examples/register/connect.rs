//! From a domain to an open stream: find the server, connect to it, encrypt.

use std::io::{self, Error, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use minidom::Element;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};

use crate::srv::{self, Service};
use crate::stream::{Stream, StreamEnd, StreamOptions};
use crate::transport::Transport;
use crate::xml::NS_TLS;

const PORT: u16 = 5222;

/// Where the server is, and how it is to prove that it is the right one.
pub struct Target {
    /// `HOST:PORT`, where the DNS is not to be asked.
    pub address: Option<String>,
    /// The only certificates to trust (a file in PEM), instead of those of the system.
    pub ca: Option<PathBuf>,
    /// Do without encryption, even where the server offers it.
    pub plaintext: bool,
}

/// Why there is no stream.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The certificates to trust could not be read.
    #[error("no certificates to trust: {0}")]
    Certificates(String),
    /// The domain's name makes no host name.
    #[error("`{0}` is no domain that a server could have")]
    Domain(String),
    /// The DNS says that there is no server.
    #[error("the domain has no XMPP service")]
    NoService,
    /// No address answered.
    #[error("cannot connect: {0}")]
    Unreachable(io::Error),
    /// The server does not encrypt, and that was not agreed to.
    #[error("the server offers no encryption (--plaintext goes on without it)")]
    NoTls,
    /// The stream could not be opened, or encrypted.
    #[error(transparent)]
    Stream(#[from] StreamEnd),
}

/// Connects, opens a stream and encrypts it, and returns it with the server's features.
pub fn connect(target: &Target, options: StreamOptions) -> Result<(Stream, Element), ConnectError> {
    let host = host_name(&options.domain)?;
    // First, since what is wrong here needs no connection to be found.
    let tls = if target.plaintext {
        None
    } else {
        Some(tls_session(&host, target.ca.as_deref())?)
    };
    let deadline = Instant::now() + options.timeout;
    let tcp = match &target.address {
        Some(address) => dial(&[address.to_socket_addrs()], deadline),
        None => dial(&look_up(&host)?, deadline),
    };
    let tcp = tcp.map_err(ConnectError::Unreachable)?;
    let (mut stream, mut features) = Stream::open(Transport::new(tcp, deadline), options)?;
    if let Some(tls) = tls {
        if !features.has_child("starttls", NS_TLS) {
            return Err(ConnectError::NoTls);
        }
        features = stream.start_tls(tls)?;
    }
    Ok((stream, features))
}

/// The domain as the DNS and certificates write it.
fn host_name(domain: &str) -> Result<String, ConnectError> {
    let bare = domain
        .trim_start_matches('[')
        .trim_end_matches(']')
        .trim_end_matches('.');
    if bare.parse::<IpAddr>().is_ok() {
        return Ok(bare.to_owned());
    }
    idna::domain_to_ascii(bare).map_err(|_| ConnectError::Domain(domain.to_owned()))
}

type Addresses = io::Result<std::vec::IntoIter<SocketAddr>>;

/// The addresses at which the DNS says the host's server is, the preferred ones first.
fn look_up(host: &str) -> Result<Vec<Addresses>, ConnectError> {
    let local =
        host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok();
    match if local {
        Service::Unknown
    } else {
        srv::look_up(host)
    } {
        Service::At(hosts) => Ok(hosts
            .iter()
            .map(|(host, port)| (host.as_str(), *port).to_socket_addrs())
            .collect()),
        Service::None => Err(ConnectError::NoService),
        Service::Unknown => Ok(vec![(host, PORT).to_socket_addrs()]),
    }
}

/// Tries one address after the other. An address that does not answer gets only its share of
/// the time, so that one without a route does not hide a good one.
fn dial(hosts: &[Addresses], deadline: Instant) -> io::Result<TcpStream> {
    let mut problem = Error::new(ErrorKind::NotFound, "the host has no address");
    let mut addresses = Vec::new();
    for host in hosts {
        match host {
            Ok(found) => addresses.extend(found.clone()),
            Err(error) => problem = Error::new(error.kind(), error.to_string()),
        }
    }
    let mut waiting = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    for address in addresses {
        let share = deadline.saturating_duration_since(Instant::now()) / waiting;
        match TcpStream::connect_timeout(&address, share.max(Duration::from_millis(1))) {
            Ok(tcp) => {
                // Stanzas are small, and each waits for its answer.
                tcp.set_nodelay(true)?;
                return Ok(tcp);
            }
            Err(error) => problem = Error::new(error.kind(), format!("{address}: {error}")),
        }
        waiting -= 1;
    }
    Err(problem)
}

/// A TLS session with a server that has to prove that it is `host`. That it is the host of the
/// domain, not the one that the DNS named, makes it safe to believe the DNS.
fn tls_session(host: &str, ca: Option<&Path>) -> Result<ClientConnection, ConnectError> {
    let roots = roots(ca)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectError::Certificates(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name =
        ServerName::try_from(host.to_owned()).map_err(|_| ConnectError::Domain(host.to_owned()))?;
    ClientConnection::new(Arc::new(config), name)
        .map_err(|error| ConnectError::Certificates(error.to_string()))
}

fn roots(ca: Option<&Path>) -> Result<RootCertStore, ConnectError> {
    let mut roots = RootCertStore::empty();
    let Some(ca) = ca else {
        // Of a system's many certificates some are always too old or too new to be understood.
        let (added, _) =
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return if added > 0 {
            Ok(roots)
        } else {
            Err(ConnectError::Certificates("the system has none".to_owned()))
        };
    };
    let wrong = |why: String| ConnectError::Certificates(format!("{}: {why}", ca.display()));
    for certificate in
        CertificateDer::pem_file_iter(ca).map_err(|error| wrong(error.to_string()))?
    {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| wrong(error.to_string()))?;
    }
    if roots.is_empty() {
        Err(wrong("no certificate in it".to_owned()))
    } else {
        Ok(roots)
    }
}
