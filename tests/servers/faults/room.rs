//! A chat room that registers nicknames (XEP-0045 section 7.10): a service that has its own address.

use std::net::TcpStream;

use super::stream::Stream;
use crate::harness::{SEED_PASSWORD, SEEDED, Server};

/// Where it is.
pub const ROOM: &str = "tea@conference.lab.example";
/// The field that asks for the nickname.
pub const NICK: &str = "muc#register_roomnick";
/// Whoever opened the room has this one.
pub const HOST: &str = "host";

/// Opens it for as long as the socket is kept.
pub fn open(at: &Server) -> TcpStream {
    at.open_room(SEEDED[0], SEED_PASSWORD, ROOM)
}

/// Registers a nickname without a machine.
pub fn register(stream: &mut Stream, nick: &str) {
    let form = format!(
        "<x xmlns='jabber:x:data' type='submit'>\
         <field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#register</value></field>\
         <field var='{NICK}'><value>{nick}</value></field></x>"
    );
    let reply = stream.ask("set", Some(ROOM), &form);
    assert_eq!(reply.attr("type"), Some("result"));
}

/// Whether the user of this stream has a nickname there.
pub fn is_registered(stream: &mut Stream) -> bool {
    let reply = stream.ask("get", Some(ROOM), "");
    let query = reply.children().next().expect("it tells what is on file");
    query.children().any(|it| it.name() == "registered")
}
