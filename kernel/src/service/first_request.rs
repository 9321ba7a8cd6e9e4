//! The first request to each worker, from the kernel itself: a service is ready when it has answered.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use shared::FIRST_ANSWER_WITHIN;

use super::connection::{Channel, Connection};

/// It asks for nothing that an app would do something for, and any answer will do.
const REQUEST: &[u8] = b"OPTIONS / HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: virgil\r\nconnection: close\r\n\r\n";
/// How an answer begins.
const ANSWER: &[u8] = b"HTTP/1.";

/// Why a worker has not answered.
#[derive(Debug)]
pub enum Silence {
    /// It took too long.
    TooLong,
    /// It closed the connection, or it could not be made.
    Failed(io::Error),
}

/// A first request that was sent.
#[derive(Debug)]
pub struct Asked {
    client: TcpStream,
    until: Instant,
}

impl Asked {
    /// Asks the worker at the other end of this channel.
    ///
    /// # Errors
    /// If no connection can be made.
    pub fn send(channel: &Channel) -> io::Result<Asked> {
        // A listener that nobody else knows: whose connection it is needs no looking.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let mut client = TcpStream::connect(listener.local_addr()?)?;
        let (stream, _) = listener.accept()?;
        let given = channel.give(Connection { stream, port: 0 });
        given.map_err(|_| io::Error::other("the worker takes no connection"))?;
        client.write_all(REQUEST)?;
        Ok(Asked { client, until: Instant::now() + Duration::from_nanos(FIRST_ANSWER_WITHIN.0) })
    }

    /// Waits for the answer.
    ///
    /// # Errors
    /// If there is none.
    pub fn wait(mut self) -> Result<(), Silence> {
        let mut begin = Vec::new();
        while begin.len() < ANSWER.len() {
            let left = self.until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Silence::TooLong);
            }
            let mut buffer = [0; 256];
            let read = self.client.set_read_timeout(Some(left)).and_then(|()| self.client.read(&mut buffer));
            match read {
                Ok(0) => return Err(Silence::Failed(io::ErrorKind::UnexpectedEof.into())),
                Ok(count) => begin.extend_from_slice(&buffer[..count]),
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Silence::Failed(error)),
            }
        }
        if begin.starts_with(ANSWER) { Ok(()) } else { Err(Silence::Failed(io::ErrorKind::InvalidData.into())) }
    }
}
