//! Clients that make no sense harm nobody else.

use crate::raw::{Raw, header};
use crate::server::Server;

const JUNK: [&[u8]; 9] = [
    b"",
    b"\0\0\0\0",
    b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
    b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    b"\xff\xfe\xfd",
    b"<",
    b"<html/>",
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a 'a'>]><a>&a;</a>",
    b"</stream:stream>",
];

/// The server does its work, and has not complained.
fn is_well(server: Server) {
    server.register("juliet", "pw").exits(0);
    server.stop().is(&["juliet is registered"]);
}

#[test]
fn connections_that_close_at_once() {
    let server = Server::start(&[]);
    for _ in 0..50 {
        drop(Raw::connect(&server));
    }
    is_well(server);
}

#[test]
fn connections_that_say_nothing() {
    let server = Server::start(&[]);
    let silent: Vec<_> = (0..50).map(|_| Raw::connect(&server)).collect();
    is_well(server);
    drop(silent);
}

#[test]
fn junk_instead_of_a_stream() {
    let server = Server::start(&[]);
    for junk in JUNK {
        let mut raw = Raw::connect(&server);
        raw.say(junk);
        let heard = raw.end();
        assert!(!heard.contains("features"), "{junk:?}: {heard}");
    }
    is_well(server);
}

#[test]
fn junk_in_a_stream() {
    let server = Server::start(&[]);
    for junk in JUNK {
        let mut raw = Raw::open(&server);
        raw.hear("</stream:features>");
        raw.say(junk);
        raw.end();
    }
    is_well(server);
}

#[test]
fn stanzas_without_sense() {
    let server = Server::start(&[]);
    for stanza in [
        "<iq/>",
        "<iq type='get'/>",
        "<iq type='set' id='1'><query xmlns='jabber:iq:register'/></iq>",
        "<iq type='set' id='1'><query xmlns='jabber:iq:register'><remove/></query></iq>",
        "<iq type='result' id='1'><query xmlns='jabber:iq:register'/></iq>",
        "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</auth>",
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>\u{e9}!</auth>",
        "<message/>",
        "<stream:error/>",
    ] {
        let mut raw = Raw::open(&server);
        raw.hear("</stream:features>");
        raw.say(stanza);
        let heard = raw.end();
        assert!(!heard.contains("<success"), "{stanza}: {heard}");
    }
    is_well(server);
}

#[test]
fn elements_nested_without_end() {
    let server = Server::start(&[]);
    let mut raw = Raw::connect(&server);
    raw.say(header("example.org") + &"<a>".repeat(10_000));
    raw.end();
    is_well(server);
}
