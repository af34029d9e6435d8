//! A client that says what it is told to, byte by byte.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use crate::server::{DOMAIN, Server};

/// A server that hangs fails the test.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Raw(TcpStream);

impl Raw {
    /// Connects, and says nothing.
    pub fn connect(server: &Server) -> Self {
        let stream = TcpStream::connect(server.address()).expect("the server listens");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a socket can be told so");
        Self(stream)
    }

    /// Connects, and opens a stream to the domain.
    pub fn open(server: &Server) -> Self {
        let mut raw = Self::connect(server);
        raw.say(header(DOMAIN));
        raw
    }

    /// Says this. The server may have had enough before.
    pub fn say(&mut self, text: impl AsRef<[u8]>) {
        let _ = self.0.write_all(text.as_ref());
    }

    /// All that comes until this has come.
    #[track_caller]
    pub fn hear(&mut self, end: &str) -> String {
        let (mut heard, mut byte) = (Vec::new(), [0]);
        while !heard.ends_with(end.as_bytes()) {
            let count = self.0.read(&mut byte).expect("the server answers");
            let text = String::from_utf8_lossy(&heard);
            assert_eq!(count, 1, "no {end:?} but {text}");
            heard.extend(byte);
        }
        String::from_utf8(heard).expect("the server sends text")
    }

    /// All that comes until the server closes the connection, which this end does not.
    pub fn hear_all(&mut self) -> String {
        let mut heard = Vec::new();
        // What the server did not read makes a reset of its end.
        let _ = self.0.read_to_end(&mut heard);
        String::from_utf8(heard).expect("the server sends text")
    }

    /// Nothing more is said. Returned is all that comes after that.
    pub fn end(mut self) -> String {
        let _ = self.0.shutdown(Shutdown::Write);
        self.hear_all()
    }
}

/// Opens a stream to this domain.
pub fn header(to: &str) -> String {
    format!(
        "<?xml version='1.0'?><stream:stream to='{to}' version='1.0' xmlns='jabber:client' \
         xmlns:stream='http://etherx.jabber.org/streams'>"
    )
}
