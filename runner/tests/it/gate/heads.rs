//! Whatever comes at the port, it is answered as the table of answers says, or not at all.

use std::cell::Cell;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use runner::routes::{Access, ROUTES, access};

use crate::harness::Harness;

/// Every status that strangers may see.
const ANSWERS: [u16; 10] = [400, 401, 403, 404, 405, 408, 413, 415, 431, 505];

/// Pieces of heads: right ones, dangerous ones, and any bytes.
fn piece(port: u16) -> impl Strategy<Value = Vec<u8>> {
    let routes = ROUTES.iter().map(|route| format!(" {} ", route.path.replace(['{', '}'], "")));
    let known: Vec<String> = [
        "GET",
        "POST",
        "HEAD",
        "OPTIONS",
        "CONNECT",
        " / ",
        " * ",
        " http://evil.example/ ",
        " //evil ",
        " /%2e%2e/ ",
        "HTTP/1.1\r\n",
        "HTTP/1.0\r\n",
        "HTTP/2.0\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\r\n",
        "\n",
        "\r",
        "\0",
        ": ",
        ":",
        " ",
        "\t",
        "Host: evil.example\r\n",
        "Origin: null\r\n",
        "Upgrade: websocket\r\n",
        "Connection: upgrade\r\n",
        "Content-Length: 5\r\n",
        "Content-Length: -1\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Expect: 100-continue\r\n",
        "X-Virgil: 1\r\n",
        "Content-Type: application/json\r\n",
        "Authorization: Bearer \r\n",
        "Cookie: virgil_1=2\r\n",
        "\u{16}\u{3}\u{1}",
        "5\r\nhello\r\n0\r\n\r\n",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain(routes)
    .chain([format!("Host: 127.0.0.1:{port}\r\n"), format!("Origin: http://localhost:{port}\r\n")])
    .collect();
    prop_oneof![8 => prop::sample::select(known).prop_map(String::into_bytes), 1 => vec(any::<u8>(), 0..40)]
}

/// A request that begins well, and goes on with anything.
fn request(port: u16) -> impl Strategy<Value = Vec<u8>> {
    let methods = prop::sample::select(vec!["GET", "POST", "HEAD", "OPTIONS"]);
    let paths: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
    (any::<bool>(), methods, prop::sample::select(paths), vec(piece(port), 0..8)).prop_map(
        move |(whole, method, path, rest)| {
            let path = path.replace(['{', '}'], "");
            let first = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n");
            let first = if whole { first.into_bytes() } else { Vec::new() };
            [first, rest.concat()].concat()
        },
    )
}

/// All statuses of what is answered before nothing more comes.
fn statuses(port: u16, bytes: &[u8]) -> Vec<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(150))).unwrap();
    // It may be refused before all is sent.
    let _ = stream.write_all(bytes).and_then(|()| stream.write_all(b"\r\n\r\n"));
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer);
    let heads = text.match_indices("HTTP/1.").filter_map(|(at, _)| text[at..].split(' ').nth(1)?.parse().ok());
    heads.collect()
}

/// Whether the bytes ask anything public: only that has anything for strangers.
fn asks_what_is_public(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.split([' ', '?', '#', '\t']).any(|word| matches!(access(word), Some(Access::Public | Access::Login)))
}

#[test]
fn any_bytes_have_an_answer_of_the_table_and_none_for_strangers() {
    // One server for all of them: it must bear them all.
    let virgil = Harness::start();
    let (cases, answered) = (150, Cell::new(0));
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let judged = runner.run(&request(virgil.port), |bytes| {
        let found = statuses(virgil.port, &bytes);
        for status in &found {
            let public = *status == 200 && asks_what_is_public(&bytes);
            // Whoever asks whether to go on is told so by the server's lowest part, which answers nothing else.
            let goes_on = *status == 100 && String::from_utf8_lossy(&bytes).contains("100-continue");
            let said = String::from_utf8_lossy(&bytes);
            prop_assert!(ANSWERS.contains(status) || public || goes_on, "{}: {:?}", status, said);
        }
        answered.set(answered.get() + u32::from(!found.is_empty()));
        prop_assert_eq!(virgil.send("GET /api/deck", &[]).status, 401);
        Ok(())
    });
    judged.unwrap();
    assert!(answered.get() > cases / 4, "only {} of {cases} were answered", answered.get());
    for bytes in [b"".as_slice(), b"\r\n\r\n", &[0; 4096], &[255; 70_000], b"GET"] {
        assert!(statuses(virgil.port, bytes).iter().all(|status| ANSWERS.contains(status)), "{bytes:?}");
        assert_eq!(virgil.send("GET /healthz", &[]).status, 200);
    }
}
