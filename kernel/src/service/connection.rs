//! The way of accepted connections from the kernel to the workers that serve them.
//!
//! In its worker's event loop the other end takes the place of a listening socket (`python/service.py`): what it
//! accepts was accepted here before, and its end is the word to drain.

use std::io;
use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;

use crate::system::{self, Note};

/// An accepted connection.
#[derive(Debug)]
pub struct Connection {
    /// It.
    pub stream: TcpStream,
    /// The client's port; 0 of the kernel's own first request, which counts in nothing.
    pub port: u16,
}

/// Where the worker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// In this process: the descriptor's number is all that it needs.
    Here,
    /// In a process of its own, to which the descriptor is sent.
    InAnother,
}

/// The kernel's end.
#[derive(Debug)]
pub struct Channel {
    socket: UnixStream,
    worker: Where,
}

/// Why a connection could not be given, and the connection.
#[derive(Debug)]
pub enum Refused {
    /// So many are on their way that it has to wait.
    Full(Connection),
    /// The worker is gone.
    Gone(Connection),
}

impl Channel {
    /// A channel, and the worker's end of it.
    ///
    /// # Errors
    /// If no descriptor is left.
    pub fn open(worker: Where) -> io::Result<(Channel, OwnedFd)> {
        let (near, far) = system::socket_pair()?;
        Ok((Channel { socket: near, worker }, far.into()))
    }

    /// Gives a connection to the worker.
    ///
    /// # Errors
    /// If that isn't possible now, or never again.
    pub fn give(&self, connection: Connection) -> Result<(), Refused> {
        let number = connection.stream.as_raw_fd();
        let sent = match self.worker {
            Where::Here => None,
            Where::InAnother => Some(number),
        };
        match system::send_note(&self.socket, note(number, connection.port), sent) {
            Ok(()) => {
                if self.worker == Where::Here {
                    // From now on it is the worker's.
                    let _ = connection.stream.into_raw_fd();
                }
                Ok(())
            }
            Err(error) => match error.raw_os_error() {
                // The last is said where too many descriptors are on their way.
                Some(libc::EAGAIN | libc::EINTR | libc::ENOBUFS | libc::ENOMEM | libc::ETOOMANYREFS) => {
                    Err(Refused::Full(connection))
                }
                _ => Err(Refused::Gone(connection)),
            },
        }
    }

    /// Tells the worker that no more connections come.
    pub fn end(&self) {
        // If that fails, nobody is at the other end.
        let _ = self.socket.shutdown(Shutdown::Write);
    }

    /// Its descriptor, to wait for room.
    pub fn descriptor(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}

/// What comes out of a channel at the worker's end.
#[derive(Debug)]
pub enum Taken {
    /// A connection.
    Connection(OwnedFd, u16),
    /// There is none now.
    Nothing,
    /// There will be no more.
    End,
}

/// Takes the next connection out of a channel. `channel` is the worker's end.
pub fn take(channel: RawFd) -> Taken {
    match system::receive_note(channel) {
        Ok(Some((note, sent))) => {
            let (number, port) = read(note);
            // SAFETY: without a descriptor of its own a note comes from this process, which gave this one away in
            // `give`.
            let own = |number| unsafe { OwnedFd::from_raw_fd(number) };
            match sent {
                Some(descriptor) => Taken::Connection(descriptor, port),
                // It was sent, and no number was left for it: the client sees its connection closed.
                None if number < 0 => Taken::Nothing,
                None => Taken::Connection(own(number), port),
            }
        }
        Ok(None) => Taken::End,
        Err(error) => match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Taken::Nothing,
            _ => Taken::End,
        },
    }
}

fn note(number: RawFd, port: u16) -> Note {
    let mut note = [0; 8];
    note[..4].copy_from_slice(&number.to_le_bytes());
    note[4..6].copy_from_slice(&port.to_le_bytes());
    note
}

fn read(note: Note) -> (RawFd, u16) {
    let number = i32::from_le_bytes(std::array::from_fn(|byte| note[byte]));
    (number, u16::from_le_bytes([note[4], note[5]]))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn connection() -> (TcpStream, Connection) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, address) = listener.accept().unwrap();
        (client, Connection { stream, port: address.port() })
    }

    #[test]
    fn a_connection_arrives_with_its_port_wherever_the_worker_is() {
        for worker in [Where::Here, Where::InAnother] {
            let (channel, far) = Channel::open(worker).unwrap();
            assert!(matches!(take(far.as_raw_fd()), Taken::Nothing));
            let (client, connection) = connection();
            channel.give(connection).unwrap();
            let Taken::Connection(taken, port) = take(far.as_raw_fd()) else { panic!("no connection") };
            assert_eq!(port, client.local_addr().unwrap().port());
            let taken = TcpStream::from(taken);
            assert_eq!(taken.peer_addr().unwrap(), client.local_addr().unwrap());
            channel.end();
            assert!(matches!(take(far.as_raw_fd()), Taken::End));
        }
    }

    #[test]
    fn who_is_gone_gets_nothing() {
        let (channel, far) = Channel::open(Where::Here).unwrap();
        drop(far);
        assert!(matches!(channel.give(connection().1), Err(Refused::Gone(_))));
    }
}
