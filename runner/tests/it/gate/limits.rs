//! How much, how long and how many.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::harness::{Harness, Reply, read_reply};

#[test]
fn a_head_that_never_ends_is_cut_off() {
    let virgil = Harness::start();
    let mut stream = TcpStream::connect(("127.0.0.1", virgil.port)).unwrap();
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nX-Slow: ", virgil.port).unwrap();
    let Reply { status, .. } = read_reply(&mut stream);
    assert_eq!(status, 408);
}

#[test]
fn long_heads_are_refused() {
    let virgil = Harness::start();
    let long = |count: usize| format!("X-Long: {}", "x".repeat(count));
    let many: Vec<String> = (0..60).map(|number| format!("X-{number}: {}", "x".repeat(300))).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(virgil.send("GET /healthz", &[&long(15 * 1024)]).status, 200);
    assert_eq!(virgil.send("GET /healthz", &[&long(17 * 1024)]).status, 431);
    assert_eq!(virgil.send("GET /healthz", &many).status, 431);
    assert_eq!(virgil.send(&format!("GET /healthz?{}", "x".repeat(17 * 1024)), &[]).status, 431);
}

#[test]
fn long_bodies_are_refused_whether_they_say_so_or_not() {
    const LONG: usize = 1024 * 1024 + 1;
    let virgil = Harness::start();
    let (cookie, ours, json) = (virgil.cookie(), "X-Virgil: 1", "Content-Type: application/json");
    let base = [cookie.as_str(), ours, json];
    for (line, length) in [
        ("POST /api/run-change", "1048577"),
        ("POST /api/message/none", "1048577"),
        ("GET /api/deck", "1048577"),
        ("POST /api/run-change", "99999999999999999999"),
        ("POST /api/run-change", "18446744073709551615"),
    ] {
        let length = format!("Content-Length: {length}");
        let status = virgil.send(line, &[base.as_slice(), &[&length]].concat()).status;
        assert!(status == 413 || (status == 400 && length.len() > 30), "{line} {length}: {status}");
    }
    for path in ["/api/run-change", "/api/message/none"] {
        let mut stream = TcpStream::connect(("127.0.0.1", virgil.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let head = base.join("\r\n");
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{head}\r\nTransfer-Encoding: chunked\r\n\r\n{LONG:x}\r\n[",
            virgil.port
        )
        .unwrap();
        // It may be refused, and the connection closed, before all was sent.
        let _ = stream.write_all(&vec![b' '; LONG - 1]).and_then(|()| stream.write_all(b"\r\n0\r\n\r\n"));
        let reply = read_reply(&mut stream);
        assert_eq!((reply.status, reply.header("content-type")), (413, Some("application/json")), "{path}");
        assert_eq!(reply.text(), "{\"error\":\"The body of this request is too long.\"}");
    }
}

#[test]
fn so_many_pages_are_connected_at_once_and_no_more() {
    let virgil = Harness::start();
    let (cookie, origin) = (virgil.cookie(), format!("Origin: http://127.0.0.1:{}", virgil.port));
    let open = || virgil.open_socket("/api/socket", &[&cookie, &origin]);
    let mut sockets: Vec<_> = (0..8).map(|_| open()).collect();
    assert!(sockets.iter().all(|(_, reply)| reply.status == 101));
    let refused = [
        open().1,
        virgil.send("GET /api/events", &[&cookie]),
        virgil.upgrade("/api/socket", &[&virgil.bearer()]),
        virgil.send("GET /api/here", &[&cookie]),
    ];
    for reply in refused {
        assert_eq!((reply.status, reply.header("retry-after")), (429, Some("3")));
        assert!(reply.text().contains("close some of Virgil's tabs"), "{}", reply.text());
    }
    assert_eq!(virgil.send("GET /slide/01-one", &[&cookie]).status, 200, "slides are read without a connection");
    drop(sockets.pop());
    let deadline = Instant::now() + Duration::from_secs(10);
    while virgil.send("GET /api/here", &[&cookie]).status != 204 {
        assert!(Instant::now() < deadline, "the place of a page that is gone is not free");
    }
    assert_eq!(open().1.status, 101);
}
