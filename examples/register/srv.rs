//! Where a domain's XMPP server is, asked of the DNS: the SRV records of RFC 6120, section 3.2.1.
//!
//! The standard library resolves addresses only, so this sends the one question by itself.

use std::fs;
use std::io::{self, Error};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use resolv_conf::ScopedIp;
use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, Question, RCODE, TYPE};

/// How long to wait for a name server, and how many of them to ask.
const PATIENCE: Duration = Duration::from_secs(2);
const SERVERS: usize = 3;

/// What the DNS says about a domain.
#[derive(Debug, PartialEq)]
pub enum Service {
    /// Hosts and ports, the preferred one first.
    At(Vec<(String, u16)>),
    /// The domain says that it has no such service.
    None,
    /// The domain says nothing, or nobody answered.
    Unknown,
}

/// Asks the name servers of this machine, one after the other.
pub fn look_up(domain: &str) -> Service {
    let config = fs::read("/etc/resolv.conf").unwrap_or_default();
    let (config, _) = resolv_conf::Config::parse_with_errors(&config);
    let servers = config.get_nameservers_or_local();
    let port = 53;
    for server in servers.iter().take(SERVERS) {
        if let Ok(service) = ask(
            SocketAddr::new(ScopedIp::into(server.clone()), port),
            domain,
        ) {
            return service;
        }
    }
    Service::Unknown
}

/// Asks one name server.
pub fn ask(server: SocketAddr, domain: &str) -> io::Result<Service> {
    let name = format!("_xmpp-client._tcp.{domain}");
    let name = Name::new(&name).map_err(Error::other)?;
    let mut id = [0; 2];
    getrandom::fill(&mut id).map_err(|_| Error::other("no random numbers"))?;
    let id = u16::from_ne_bytes(id);
    let mut query = Packet::new_query(id);
    query.set_flags(PacketFlag::RECURSION_DESIRED);
    query.questions.push(Question::new(
        name,
        TYPE::SRV.into(),
        CLASS::IN.into(),
        false,
    ));
    let query = query.build_bytes_vec().map_err(Error::other)?;

    let any: IpAddr = if server.is_ipv4() {
        Ipv4Addr::UNSPECIFIED.into()
    } else {
        Ipv6Addr::UNSPECIFIED.into()
    };
    let socket = UdpSocket::bind((any, 0))?;
    // Connected: what others send does not arrive.
    socket.connect(server)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.send(&query)?;
    let mut answer = [0; 4096];
    let length = socket.recv(&mut answer)?;
    read(&answer[..length], id)
}

/// Reads the answer with this id.
fn read(answer: &[u8], id: u16) -> io::Result<Service> {
    let answer = Packet::parse(answer).map_err(Error::other)?;
    if answer.id() != id || !answer.has_flags(PacketFlag::RESPONSE) {
        return Err(Error::other("not an answer to the question"));
    }
    if !matches!(answer.rcode(), RCODE::NoError | RCODE::NameError) {
        return Err(Error::other("the name server cannot tell"));
    }
    let mut records: Vec<_> = answer
        .answers
        .iter()
        .filter_map(|record| match &record.rdata {
            RData::SRV(srv) => Some(srv),
            _ => None,
        })
        .collect();
    if records.is_empty() {
        return Ok(Service::Unknown);
    }
    records.sort_by_key(|srv| (srv.priority, u16::MAX - srv.weight));
    // The root as a target is how RFC 2782 says "no".
    records.retain(|srv| !srv.target.get_labels().is_empty());
    let hosts: Vec<_> = records
        .iter()
        .map(|srv| (srv.target.to_string(), srv.port))
        .collect();
    Ok(if hosts.is_empty() {
        Service::None
    } else {
        Service::At(hosts)
    })
}
