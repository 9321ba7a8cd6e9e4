//! Finds a port on both loopback addresses.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};

/// How many ports are tried.
const TRIES: u16 = 100;

/// Listens at the first free port from `port` on, 0 for any: browsers may take `localhost` for either address.
///
/// # Errors
/// The sentence to show when none is free.
pub fn near(port: u16) -> Result<(Vec<TcpListener>, u16), String> {
    let mut last = String::new();
    for offset in 0..TRIES {
        let candidate = if port == 0 { 0 } else { port.saturating_add(offset) };
        match at(candidate) {
            Ok(found) => return Ok(found),
            Err(error) => last = error.to_string(),
        }
    }
    Err(format!("Neither port {port} nor one of the next {TRIES} can be had ({last}): choose another with --port."))
}

fn at(port: u16) -> io::Result<(Vec<TcpListener>, u16)> {
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let port = first.local_addr()?.port();
    match TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
        Ok(second) => Ok((vec![first, second], port)),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(error),
        // A system without IPv6 never resolves `localhost` to it.
        Err(error) => {
            tracing::info!(%error, "only IPv4 is listened to");
            Ok((vec![first], port))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let (_first, port) = near(0).unwrap();
        let (_second, next) = near(port).unwrap();
        assert!(next > port);
    }

    #[test]
    fn all_listeners_have_one_port_and_a_loopback_address() {
        let (listeners, port) = near(0).unwrap();
        for listener in &listeners {
            let address = listener.local_addr().unwrap();
            assert!(address.ip().is_loopback() && address.port() == port, "{address}");
        }
    }
}
