//! Many clients at once.

use std::thread;

use crate::outcome::Outcome;
use crate::server::Server;

const CLIENTS: usize = 20;

/// What each client comes to that registers with its name, all at once.
fn register_all(server: &Server, name: fn(usize) -> String) -> Vec<Outcome> {
    thread::scope(|scope| {
        let start = |at| scope.spawn(move || server.register(&name(at), &format!("s3cret{at}")));
        let clients: Vec<_> = (0..CLIENTS).map(start).collect();
        let join = |client: thread::ScopedJoinHandle<'_, Outcome>| {
            client.join().expect("no client of the test panics")
        };
        clients.into_iter().map(join).collect()
    })
}

#[test]
fn each_gets_a_name_of_its_own() {
    let server = Server::start(&[]);
    for outcome in register_all(&server, |at| format!("user{at}")) {
        outcome.exits(0).prints("registered\n");
    }
    // Each with its own password.
    for at in 0..CLIENTS {
        let (name, password) = (format!("user{at}"), format!("s3cret{at}"));
        let who = ["--username", &name, "--password", &password];
        server.run(&[&who[..], &["unregister"]].concat()).exits(0);
    }
    let printed = server.stop();
    assert_eq!(printed.stdout.lines().count(), 2 * CLIENTS);
    assert!(!printed.stdout.contains("s3cret"), "{}", printed.stdout);
    assert_eq!(printed.stderr, "");
}

#[test]
fn one_of_them_gets_the_name() {
    for form in ["legacy", "data"] {
        let server = Server::start(&["--form", form]);
        let outcomes = register_all(&server, |_| "juliet".to_owned());
        let (lucky, others): (Vec<_>, Vec<_>) =
            outcomes.into_iter().partition(|it| it.code == Some(0));
        assert_eq!(lucky.len(), 1);
        for outcome in others {
            outcome.exits(1).shows("refused: conflict");
        }
        server.stop().is(&["juliet is registered"]);
    }
}
