//! Runs that go on where another was stopped, and streams that stop.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

use super::desk::{Desk, NUMBERED};
use crate::server::Server;

/// What an earlier run left behind, to the last line, which was cut short.
#[test]
fn goes_by_the_report() {
    let server = Server::start(&[]);
    let desk = Desk::new(server.address());
    let lines = "username,outcome,detail\n\
        user1,sent,\nuser1,registered,\n\
        USER2,sent,\n\
        user3,sent,\nuser3,in doubt,the connection ended\n\
        user4,sent,\nuser4,refused,conflict\n\
        user5,failed,\n\
        elsewhere,sent,\n\
        user6,sent,\nuser6,regis";
    desk.write("provision.csv", lines);
    let outcome = desk.numbered("7", &[]);
    outcome
        .exits(1)
        .prints("4 registered (1 of them earlier), 0 refused, 3 in doubt, 0 failed")
        .shows("in doubt: user2, user3, user6")
        .shows("try to log in");
    let last = desk.last();
    assert_eq!(last["user2"], "in doubt");
    assert_eq!(last["user6"], "in doubt");
    assert_eq!(last["elsewhere"], "sent", "nobody asked for it");
    let mut registered: Vec<_> = server.stop().stdout.lines().map(str::to_owned).collect();
    registered.sort();
    let expected = ["user4", "user5", "user7"].map(|name| format!("{name} is registered"));
    assert_eq!(registered, expected);
}

/// Lines of a report that count for nothing, or are none.
#[test]
fn broken_reports() {
    let server = Server::start(&[]);
    let desk = Desk::new(server.address());
    for half in ["", "username,out", "username,outcome,detail\nuser1,se"] {
        desk.write("provision.csv", half);
        desk.numbered("1", &["--from", "1"]);
        assert_eq!(desk.rows()[0][..2], ["user1", "sent"]);
    }
    // Other files stay as they are.
    for other in [
        "a letter",
        "a letter\n",
        "username,outcome,detail\nuser1,lost,\nuser1,sen",
    ] {
        desk.write("provision.csv", other);
        desk.numbered("1", &[]).exits(2);
        let kept = fs::read(desk.file("provision.csv")).expect("it is still there");
        assert_eq!(kept, other.as_bytes());
    }
}

/// Killed three times at no special moment, it goes on each time where it was.
#[test]
fn killed_in_the_middle() {
    let server = Server::start(&[]);
    // However late the kill comes, the program is not through by then.
    let way = BadWay::to(server.address(), 80_000, End::Silence);
    let mut desk = Desk::new(&way.address);
    let options = ["--count", "2000", "--streams", "2", "--in-flight", "8"];
    let options = [&NUMBERED[..], &options].concat();
    for lines in [50, 800, 1500] {
        let mut command = desk.command(&options);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        kill_after(&desk, child.expect("the example can be started"), lines);
    }
    desk.go_to(server.address());
    let outcome = desk.run(&options);
    outcome.prints(", 0 refused, ").prints(", 0 failed in ");
    // The server refuses who comes twice.
    assert!(desk.rows().iter().all(|row| row[1] != "refused"));
    let printed = server.stop().stdout;
    let made = printed
        .lines()
        .filter_map(|it| it.strip_suffix(" is registered"));
    let made: BTreeSet<_> = made.collect();
    let last = desk.last();
    assert_eq!(last.len(), 2000);
    for (name, outcome) in &last {
        match outcome.as_str() {
            "registered" => assert!(made.contains(name.as_str()), "{name} is not there"),
            other => assert_eq!(other, "in doubt", "{name}"),
        }
    }
    // No more than what was on its way each time.
    let doubtful = last.values().filter(|it| *it == "in doubt").count();
    assert!(doubtful <= 3 * 2 * 8, "{doubtful} in doubt\n{outcome}");
}

/// Waits until the report has so many lines.
fn kill_after(desk: &Desk, mut child: Child, lines: usize) {
    let report = desk.file("provision.csv");
    while fs::read_to_string(&report).map_or(0, |it| it.lines().count()) < lines {
        assert!(
            child.try_wait().expect("a child can be asked").is_none(),
            "it ended before it was killed"
        );
        sleep(Duration::from_millis(1));
    }
    child.kill().expect("it runs");
    let status = child.wait().expect("a child can be waited for");
    assert_eq!(status.code(), None, "it was killed");
}

/// The way to the server breaks again and again: there are other streams, and doubts.
#[test]
fn streams_that_break() {
    let server = Server::start(&[]);
    let way = BadWay::to(server.address(), 7000, End::Cut);
    let desk = Desk::new(&way.address);
    let outcome = desk.numbered("100", &["--in-flight", "4"]);
    outcome.prints(", 0 refused, ").prints(", 0 failed in ");
    let printed = server.stop().stdout;
    let last = desk.last();
    assert_eq!(last.len(), 100);
    let of = |outcome: &str| last.values().filter(|it| *it == outcome).count();
    let (registered, doubtful) = (of("registered"), of("in doubt"));
    assert_eq!(registered + doubtful, 100, "{outcome}");
    let made = printed.lines().count();
    assert!((registered..=100).contains(&made), "{made} made\n{outcome}");
    let streams = way.count.load(Ordering::Relaxed);
    assert!(streams > 2, "{streams} streams");
    assert!(doubtful <= streams * 4, "{doubtful} in doubt\n{outcome}");
}

/// What comes when the server has said so much.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// The connection ends.
    Cut,
    /// Nothing more arrives.
    Silence,
}

/// Connections on which the server can say so many bytes.
struct BadWay {
    address: String,
    count: Arc<AtomicUsize>,
}

impl BadWay {
    fn to(server: &str, bytes: u64, end: End) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port can be had");
        let address = listener.local_addr().expect("it is bound").to_string();
        let count = Arc::new(AtomicUsize::new(0));
        let (server, counted) = (server.to_owned(), Arc::clone(&count));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                counted.fetch_add(1, Ordering::Relaxed);
                let Ok(server) = TcpStream::connect(&server) else {
                    return;
                };
                thread::spawn(move || Self::carry(&client, &server, bytes, end));
            }
        });
        Self { address, count }
    }

    fn carry(client: &TcpStream, server: &TcpStream, bytes: u64, end: End) {
        thread::scope(|scope| {
            scope.spawn(|| {
                let _ = io::copy(&mut &*client, &mut &*server);
                // The client is gone, and so the server goes, too.
                let _ = server.shutdown(Shutdown::Both);
            });
            let carried = io::copy(&mut server.take(bytes), &mut &*client);
            if end == End::Cut || carried.is_ok_and(|it| it < bytes) {
                for end in [client, server] {
                    let _ = end.shutdown(Shutdown::Both);
                }
            }
        });
    }
}
