//! Where the DNS says that a domain's server is: asked of a name server of the test's own.

use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::Duration;

use simple_dns::rdata::{A, RData, SRV};
use simple_dns::{CLASS, Name, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};

#[allow(
    dead_code,
    reason = "the machine's own name servers are not asked here"
)]
#[path = "../../examples/register/srv.rs"]
mod lookup;

use lookup::Service;

/// Asks a name server that takes one question, and answers it so.
fn ask(answer: impl FnOnce(Packet<'_>) -> Vec<u8> + Send + 'static) -> Option<Service> {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("the loopback interface has a free port");
    socket
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("it is not zero");
    let address: SocketAddr = socket.local_addr().expect("it was bound just now");
    let server = thread::spawn(move || {
        let mut question = [0; 512];
        let (length, client) = socket.recv_from(&mut question).expect("it is asked");
        let question = Packet::parse(&question[..length]).expect("the question can be read");
        assert!(question.has_flags(PacketFlag::RECURSION_DESIRED));
        let [asked] = &question.questions[..] else {
            panic!("{} questions", question.questions.len());
        };
        assert_eq!(asked.qname.to_string(), "_xmpp-client._tcp.lab.example");
        assert_eq!(asked.qtype, QTYPE::TYPE(TYPE::SRV));
        let answer = answer(question);
        socket
            .send_to(&answer, client)
            .expect("the client is there");
    });
    let service = lookup::ask(address, "lab.example");
    server.join().expect("the name server is content");
    service.ok()
}

/// An answer with these records: priority, weight, port and target.
fn records(question: &Packet<'_>, rows: &[(u16, u16, u16, &'static str)]) -> Vec<u8> {
    let mut answer = Packet::new_reply(question.id());
    let name = Name::new_unchecked("_xmpp-client._tcp.lab.example");
    let record = |data| ResourceRecord::new(name.clone(), CLASS::IN, 60, data);
    // What was not asked for comes with it.
    answer.answers.push(record(RData::A(A { address: 1 })));
    for &(priority, weight, port, target) in rows {
        let target = Name::new_unchecked(target);
        let srv = SRV {
            priority,
            weight,
            port,
            target,
        };
        answer.answers.push(record(RData::SRV(srv)));
    }
    answer.build_bytes_vec().expect("it can be written")
}

#[test]
fn the_preferred_host_comes_first() {
    let found = ask(|question| {
        let rows = [
            (20, 0, 5222, "last.example"),
            (10, 1, 5223, "second.example"),
            (10, 9, 5224, "first.example"),
        ];
        records(&question, &rows)
    });
    let hosts = [
        ("first.example", 5224),
        ("second.example", 5223),
        ("last.example", 5222),
    ];
    let hosts = hosts.map(|(host, port)| (host.to_owned(), port));
    assert_eq!(found, Some(Service::At(hosts.into())));
}

#[test]
fn a_domain_may_say_that_it_has_no_server() {
    let found = ask(|question| records(&question, &[(0, 0, 0, "")]));
    assert_eq!(found, Some(Service::None));
}

/// Then it is the domain itself, at the usual port.
#[test]
fn a_domain_may_say_nothing() {
    let found = ask(|question| records(&question, &[]));
    assert_eq!(found, Some(Service::Unknown));
    let unheard_of = ask(|question| {
        let mut answer = Packet::new_reply(question.id());
        *answer.rcode_mut() = RCODE::NameError;
        answer.build_bytes_vec().expect("it can be written")
    });
    assert_eq!(unheard_of, Some(Service::Unknown));
}

/// Then another name server is asked.
#[test]
fn what_is_no_answer_is_not_believed() {
    let rows = [(0, 0, 5222, "evil.example")];
    let other_id = ask(move |mut question| {
        question.set_id(question.id().wrapping_add(1));
        records(&question, &rows)
    });
    assert_eq!(other_id, None);
    let itself = ask(|question| question.build_bytes_vec().expect("it can be written"));
    assert_eq!(itself, None);
    let failure = ask(|question| {
        let mut answer = Packet::new_reply(question.id());
        *answer.rcode_mut() = RCODE::ServerFailure;
        answer.build_bytes_vec().expect("it can be written")
    });
    assert_eq!(failure, None);
    assert_eq!(ask(|_| b"junk".into()), None);
}
