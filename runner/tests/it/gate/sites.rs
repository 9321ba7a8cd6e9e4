//! Which names, origins and sites are let in at all.

use std::io::Write;
use std::net::{TcpStream, UdpSocket};

use runner::routes::{ROUTES, Route};

use super::a_path;
use crate::harness::{Harness, read_reply};

#[test]
fn both_loopback_addresses_answer_and_no_other() {
    let virgil = Harness::start();
    if let Ok(mut stream) = TcpStream::connect(("::1", virgil.port)) {
        write!(stream, "GET /healthz HTTP/1.1\r\nHost: [::1]:{}\r\nConnection: close\r\n\r\n", virgil.port).unwrap();
        assert_eq!(read_reply(&mut stream).status, 200);
    }
    // All of 127.0.0.0/8 is this machine, but only one of it is listened to.
    assert!(TcpStream::connect(("127.0.0.2", virgil.port)).is_err());
    // Sends nothing: asks only which address of this machine others would see.
    let asked = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    match asked {
        Ok(own) if !own.ip().is_loopback() => assert!(TcpStream::connect((own.ip(), virgil.port)).is_err(), "{own}"),
        _ => println!("SKIPPED: this machine has no address but its loopback's"),
    }
}

#[test]
fn only_our_own_names_are_answered() {
    let virgil = Harness::start();
    let (port, next) = (virgil.port, virgil.port + 1);
    let host = |host: &str| format!("Host: {host}");
    for (hosts, expected) in [
        (vec![format!("127.0.0.1:{port}")], 200),
        (vec![format!("localhost:{port}")], 200),
        (vec![format!("LOCALHOST:{port}")], 200),
        (vec![format!("[::1]:{port}")], 200),
        (vec![format!("evil.example:{port}")], 403),
        (vec![format!("localhost.evil.example:{port}")], 403),
        (vec!["127.0.0.1.evil.example".into()], 403),
        (vec![format!("127.0.0.1.evil.example:{port}")], 403),
        (vec!["localhost:0".into()], 403),
        (vec![format!("127.1:{port}")], 403),
        (vec![format!("[::]:{port}")], 403),
        (vec![format!("localhost:{port}, evil.example")], 403),
        (vec![format!("evil.example:{port}"), format!("localhost:{port}")], 400),
        (vec![format!("x.localhost:{port}")], 403),
        (vec![format!("0.0.0.0:{port}")], 403),
        (vec![format!("192.168.1.5:{port}")], 403),
        (vec![format!("localhost.:{port}")], 403),
        (vec![format!("localhost:{next}")], 403),
        (vec!["localhost".into()], 403),
        (vec![format!("a@localhost:{port}")], 403),
        (vec![String::new()], 400),
        (vec![], 400),
        (vec![format!("localhost:{port}"), format!("localhost:{port}")], 400),
    ] {
        let headers: Vec<_> = hosts.iter().map(|name| host(name)).collect();
        let headers: Vec<_> = headers.iter().map(String::as_str).collect();
        for path in ["/healthz", "/boot.js", "/assets/none"] {
            let status = virgil.send_raw(&format!("GET {path}"), &headers).status;
            let status = if path != "/healthz" && status == 404 { 200 } else { status };
            assert_eq!(status, expected, "{path} {hosts:?}");
        }
    }
    let absolute = virgil.send(&format!("GET http://evil.example:{port}/healthz"), &[]);
    assert_eq!(absolute.status, 400);
}

#[test]
fn pages_of_other_origins_are_refused() {
    let virgil = Harness::start();
    let (port, next) = (virgil.port, virgil.port + 1);
    let cookie = virgil.cookie();
    for (origin, ours) in [
        (format!("http://127.0.0.1:{port}"), true),
        (format!("http://localhost:{port}"), true),
        (format!("http://[::1]:{port}"), true),
        ("http://evil.example".into(), false),
        (format!("http://localhost:{port}.evil.example"), false),
        (format!("http://localhost:{next}"), false),
        ("http://localhost".into(), false),
        ("http://203.0.113.9".into(), false),
        (format!("https://localhost:{port}"), false),
        ("null".into(), false),
        ("file://".into(), false),
        ("chrome-extension://x".into(), false),
        (String::new(), false),
    ] {
        let header = format!("Origin: {origin}");
        let headers = [cookie.as_str(), header.as_str()];
        let json = [cookie.as_str(), header.as_str(), "X-Virgil: 1", "Content-Type: application/json"];
        let expect = |ok: u16| if ours { ok } else { 403 };
        assert_eq!(virgil.send("GET /api/deck", &headers).status, expect(200), "{origin}");
        assert_eq!(virgil.send("POST /api/deck", &json).status, expect(405), "{origin}");
        assert_eq!(virgil.upgrade("/api/socket", &headers).status, expect(101), "{origin}");
        assert_eq!(virgil.send("GET /healthz", &headers).status, expect(200), "{origin}");
    }
    let two = ["Origin: http://evil.example".to_owned(), format!("Origin: http://localhost:{port}")];
    assert_eq!(virgil.send("GET /healthz", &[&two[0], &two[1]]).status, 403);
}

#[test]
fn an_upgrade_without_an_origin_needs_a_bearer() {
    let virgil = Harness::start();
    let origin = format!("Origin: http://127.0.0.1:{}", virgil.port);
    let (cookie, bearer) = (virgil.cookie(), virgil.bearer());
    for (headers, expected) in [
        (vec![cookie.as_str()], 403),
        (vec![], 403),
        (vec![bearer.as_str()], 101),
        (vec!["Authorization: Bearer wrong"], 401),
        (vec!["Authorization: Bearer wrong", cookie.as_str()], 401),
        (vec!["Authorization: Basic wrong", cookie.as_str()], 403),
        (vec![origin.as_str()], 401),
        (vec![origin.as_str(), cookie.as_str()], 101),
        (vec![origin.as_str(), bearer.as_str()], 101),
        (vec!["Origin: http://evil.example", bearer.as_str()], 403),
    ] {
        assert_eq!(virgil.upgrade("/api/socket", &headers).status, expected, "{headers:?}");
    }
    // An upgrade of something else is one too.
    assert_eq!(virgil.upgrade("/api/deck", &[&cookie]).status, 403);
}

#[test]
fn what_a_browser_says_of_the_asking_site_counts() {
    let virgil = Harness::start();
    let cookie = virgil.cookie();
    let navigation = ["Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
    for (path, site, rest, expected) in [
        ("/api/deck", "same-origin", vec![], 200),
        ("/api/deck", "none", vec![], 200),
        ("/api/deck", "same-site", vec![], 403),
        ("/api/deck", "cross-site", vec![], 403),
        ("/api/deck", "something-new", vec![], 403),
        ("/api/deck", "cross-site", navigation.to_vec(), 403),
        ("/boot.js", "cross-site", vec!["Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script"], 403),
        ("/assets/x.js", "same-site", vec!["Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script"], 403),
        ("/slide/01-one", "cross-site", navigation.to_vec(), 200),
        ("/slide/01-one", "cross-site", vec!["Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"], 403),
        ("/slide/01-one", "cross-site", vec!["Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: document"], 403),
        ("/slide/01-one", "cross-site", vec![], 403),
    ] {
        let site = format!("Sec-Fetch-Site: {site}");
        let headers = [[cookie.as_str(), site.as_str()].as_slice(), rest.as_slice()].concat();
        assert_eq!(virgil.send(&format!("GET {path}"), &headers).status, expected, "{path} {headers:?}");
    }
    assert_eq!(virgil.send("GET /api/deck", &[&virgil.bearer()]).status, 200);
    assert_eq!(virgil.send("GET /api/deck", &[&virgil.bearer(), "Origin: http://evil.example"]).status, 403);
}

#[test]
fn a_link_from_another_site_is_loaded_again_from_ours_once() {
    let virgil = Harness::start();
    let navigation = ["Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
    for (site, again) in [("cross-site", true), ("same-site", true), ("same-origin", false), ("none", false)] {
        let site = format!("Sec-Fetch-Site: {site}");
        let reply = virgil.send("GET /slide/01-one", &[[site.as_str()].as_slice(), &navigation].concat());
        assert_eq!((reply.status, reply.text().contains("http-equiv=\"refresh\"")), (401, again), "{site}");
    }
}

#[test]
fn no_other_site_is_ever_let_in_by_a_header() {
    let virgil = Harness::start();
    for Route { path, .. } in &ROUTES {
        for origin in ["http://evil.example", "null"] {
            let asked = [
                format!("Origin: {origin}"),
                "Access-Control-Request-Method: POST".into(),
                "Access-Control-Request-Headers: content-type, x-virgil".into(),
            ];
            let reply = virgil.send(&format!("OPTIONS {}", a_path(path)), &asked.each_ref().map(String::as_str));
            assert_eq!(reply.status, 403, "{path}");
            assert!(!reply.headers.iter().any(|(name, _)| name.starts_with("access-control")), "{reply:?}");
        }
    }
    let foreign = [
        "Origin: http://evil.example",
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Private-Network: true",
    ];
    let own = format!("Origin: http://127.0.0.1:{}", virgil.port);
    let replies = [
        (virgil.send("OPTIONS /api/deck", &foreign), 403),
        (virgil.send("OPTIONS /healthz", &foreign), 403),
        (virgil.send("GET /healthz", &[&own]), 200),
        (virgil.send("GET /api/deck", &[&own, &virgil.cookie()]), 200),
    ];
    for (reply, expected) in replies {
        assert_eq!(reply.status, expected);
        assert!(!reply.headers.iter().any(|(name, _)| name.starts_with("access-control")), "{reply:?}");
    }
}
