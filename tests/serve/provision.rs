//! Many accounts at once by the example `provision`, and what is left of them when it is killed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::server::Server;

#[path = "provision/desk.rs"]
mod desk;
#[path = "provision/resumed.rs"]
mod resumed;

use desk::{Desk, PASSWORD};

/// The account is there, and has that password.
#[track_caller]
fn logs_in(server: &Server, name: &str, password: &str) {
    let login = ["--username", name, "--password", password];
    let task = ["--new-password", "s3cret two", "change-password"];
    server.run(&[&login[..], &task].concat()).exits(0);
}

#[test]
fn on_three_streams() {
    let server = Server::start(&[]);
    let desk = Desk::new(server.address());
    let options = ["--streams", "3", "--in-flight", "5"];
    let outcome = desk.numbered("200", &options);
    outcome
        .exits(0)
        .prints("200 registered, 0 refused, 0 in doubt, 0 failed in ")
        .shows("provision: 200 of 200");
    assert_eq!(desk.rows().len(), 400, "two lines for each");
    assert!(desk.last().values().all(|it| it == "registered"));
    let report = fs::read_to_string(desk.file("provision.csv")).expect("there is a report");
    assert!(!report.contains("s3cret"), "the password is not in it");
    for name in ["user1", "user77", "user200"] {
        logs_in(&server, name, PASSWORD);
    }
    // Once more: there is nothing to do.
    let outcome = desk.numbered("200", &options);
    outcome
        .exits(0)
        .prints("200 registered (200 of them earlier), 0 refused");
    assert_eq!(desk.rows().len(), 400);
    // And a few more.
    let outcome = desk.numbered("203", &options);
    outcome
        .exits(0)
        .prints("203 registered (200 of them earlier)");
}

#[test]
fn each_with_a_password_of_its_own() {
    let server = Server::start(&["--form", "data"]);
    let desk = Desk::new(server.address());
    let options = ["--pattern", "a{}b", "--count", "5", "--from", "0"];
    let outcome = desk.run(&options);
    outcome.exits(0);
    let rows = desk.rows();
    let registered = rows.iter().filter(|row| row[1] == "registered");
    let passwords: BTreeMap<_, _> = registered.map(|row| (&row[0], &row[2])).collect();
    let different: BTreeSet<_> = passwords.values().collect();
    assert_eq!((passwords.len(), different.len()), (5, 5));
    for (name, password) in passwords {
        outcome.hides(password);
        let sent = [name.clone(), "sent".to_owned(), password.clone()];
        assert!(rows.contains(&sent), "known before it was sent");
    }
    let [name, _, password] = &rows[rows.len() - 1];
    logs_in(&server, name, password);
}

#[test]
fn a_taken_name() {
    let server = Server::start(&[]);
    server.register("user2", "s3cret").exits(0);
    let desk = Desk::new(server.address());
    desk.numbered("3", &[])
        .exits(1)
        .prints("2 registered, 1 refused, 0 in doubt, 0 failed");
    assert_eq!(desk.last()["user2"], "refused");
    let told = |row: &[String; 3]| row[1] == "refused" && row[2].contains("conflict");
    assert!(desk.rows().iter().any(told));
    // Once the name is free, the next run takes it.
    let who = ["--username", "user2", "--password", "s3cret"];
    server.run(&[&who[..], &["unregister"]].concat()).exits(0);
    desk.numbered("3", &[])
        .exits(0)
        .prints("3 registered (2 of them earlier), 0 refused");
    logs_in(&server, "user2", PASSWORD);
}

#[test]
fn a_form_that_wants_more() {
    let server = Server::start(&["--form", "captcha"]);
    let desk = Desk::new(server.address());
    desk.numbered("2", &[])
        .exits(1)
        .prints("0 registered, 2 refused");
    let told = |row: &[String; 3]| row[1] == "refused" && row[2].contains("asks for more");
    assert!(desk.rows().iter().all(told), "nothing was sent");
}

#[test]
fn odd_names_and_passwords() {
    let server = Server::start(&[]);
    let desk = Desk::new(server.address());
    let odd = [
        ("jürgen", "πß 🦀, \"quoted\""),
        ("comma,name", " spaces around "),
        ("o\u{301}", "two\nlines"),
        ("=1+1", "a,b;c"),
    ];
    let mut accounts = csv::Writer::from_path(desk.file("accounts.csv")).expect("a new file");
    let mut row = |row: [&str; 3]| accounts.write_record(row).expect("it takes rows");
    // In whatever order, and with whatever else.
    row(["password", "note", "username"]);
    for (name, password) in odd {
        row([password, "", name]);
    }
    drop(accounts);
    let outcome = desk.run(&["--csv", "accounts.csv"]);
    // A comma is no matter; an equals sign neither.
    outcome.exits(0).prints("4 registered, 0 refused");
    let last = desk.last();
    let report = fs::read_to_string(desk.file("provision.csv")).expect("there is a report");
    for (name, password) in odd {
        assert_eq!(last[name], "registered");
        assert!(!report.contains(password), "{password:?}");
        logs_in(&server, name, password);
    }
}

#[test]
fn wrong_use() {
    let desk = Desk::new("127.0.0.1:9");
    let csv = |text: &str| {
        desk.write("accounts.csv", text);
        desk.run(&["--csv", "accounts.csv"])
    };
    csv("name,password\na,b\n").exits(2).shows("columns");
    csv("username,password\na,\n").exits(2).shows("row 2");
    csv("username,password\na,b\nc\n").exits(2).shows("row 3");
    csv("username,password\na,b\nA,c\n").exits(2).shows("twice");
    desk.run(&["--csv", "none.csv"]).exits(2).shows("none.csv");
    desk.run(&[]).exits(2);
    desk.run(&["--pattern", "user", "--count", "2"])
        .exits(2)
        .shows("{}");
    assert!(!desk.file("provision.csv").exists(), "nothing was done");
}

#[test]
fn nobody_is_there() {
    // No other test can be given this port.
    let desk = Desk::new("127.0.0.1:1");
    desk.numbered("2", &[])
        .exits(3)
        .prints("0 registered, 0 refused, 0 in doubt, 2 failed")
        .shows("cannot connect");
    assert!(desk.last().values().all(|it| it == "failed"));
}
