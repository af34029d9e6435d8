//! A TCP connection, with TLS once that was negotiated, on which every operation has a deadline.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustls::ClientConnection;

/// What the stream runs over.
pub struct Transport {
    tcp: TcpStream,
    deadline: Instant,
    tls: Option<ClientConnection>,
}

impl Transport {
    /// A connection without encryption, so far.
    pub fn new(tcp: TcpStream, deadline: Instant) -> Self {
        Self {
            tcp,
            deadline,
            tls: None,
        }
    }

    /// Until when reading and writing may take from now on.
    ///
    /// A socket's own timeout is for one read, so a peer that sends a byte now and then could
    /// hold a client for ever; this is for all reads together.
    pub fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = deadline;
    }

    /// Whether TLS was negotiated.
    pub fn is_encrypted(&self) -> bool {
        self.tls.is_some()
    }

    /// Makes the TLS handshake. When it fails, the connection is of no more use.
    pub fn start_tls(&mut self, mut tls: ClientConnection) -> io::Result<()> {
        let mut socket = Timed {
            tcp: &self.tcp,
            deadline: self.deadline,
        };
        while tls.is_handshaking() {
            let (read, written) = tls.complete_io(&mut socket)?;
            if (read, written) == (0, 0) {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        self.tls = Some(tls);
        Ok(())
    }

    /// Says goodbye in TLS's own way, so that the peer knows that nothing was cut off.
    pub fn close(&mut self) -> io::Result<()> {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
        }
        self.flush()
    }
}

impl Read for Transport {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut socket = Timed {
            tcp: &self.tcp,
            deadline: self.deadline,
        };
        let read = match &mut self.tls {
            Some(tls) => rustls::Stream::new(tls, &mut socket).read(buffer)?,
            None => socket.read(buffer)?,
        };
        // The end of the connection is never a good end of the XML: not to be left to the
        // parser, which would report it as an error in the document.
        if read == 0 && !buffer.is_empty() {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }
}

impl Write for Transport {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let mut socket = Timed {
            tcp: &self.tcp,
            deadline: self.deadline,
        };
        match &mut self.tls {
            Some(tls) => rustls::Stream::new(tls, &mut socket).write(buffer),
            None => socket.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut socket = Timed {
            tcp: &self.tcp,
            deadline: self.deadline,
        };
        match &mut self.tls {
            Some(tls) => rustls::Stream::new(tls, &mut socket).flush(),
            None => socket.flush(),
        }
    }
}

/// A socket that gives each operation no more than what is left until the deadline.
struct Timed<'a> {
    tcp: &'a TcpStream,
    deadline: Instant,
}

impl Timed<'_> {
    fn left(&self) -> io::Result<Option<Duration>> {
        match self.deadline.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(ErrorKind::TimedOut.into()),
            left => Ok(Some(left)),
        }
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.tcp.set_read_timeout(self.left()?)?;
        self.tcp.read(buffer)
    }
}

impl Write for Timed<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.tcp.set_write_timeout(self.left()?)?;
        self.tcp.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}
