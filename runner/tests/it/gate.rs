//! The rows of the list of what a runner of code must refuse.

use std::io::Write;
use std::net::TcpStream;

use runner::routes::{Access, ROUTES};

use crate::harness::{Harness, Reply, read_reply};

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
        for path in ["/healthz", "/assets/none"] {
            let status = virgil.send_raw(&format!("GET {path}"), &headers).status;
            let status = if path.starts_with("/assets") && status == 404 { 200 } else { status };
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
fn a_start_link_lets_one_browser_in_once() {
    let virgil = Harness::start();
    let login = virgil.login();
    assert_eq!(virgil.send(&format!("HEAD {login}"), &[]).status, 405);
    let reply = virgil.send(&format!("GET {login}&next=//evil.example"), &[]);
    assert_eq!((reply.status, reply.header("location")), (303, Some("/")));
    let cookie = reply.header("set-cookie").unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(pair, format!("virgil_{}={}", virgil.port, virgil.token));
    assert_eq!(attributes, "HttpOnly; SameSite=Strict; Path=/");
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(virgil.send("GET /slide/01-one", &[&format!("Cookie: a=b; {pair}; c=d")]).status, 200);

    let second = virgil.send(&format!("GET {login}"), &[]);
    assert_eq!((second.status, second.header("set-cookie")), (401, None));
    assert!(second.text().contains(&format!("<code>virgil link --port {}</code>", virgil.port)), "{}", second.text());
    // Whoever is in already needs no code.
    assert_eq!(virgil.send(&format!("GET {login}"), &[&virgil.cookie()]).status, 303);
    for code in ["", "?code=", "?code=x", "?next=//evil.example", "?code=x&code=y"] {
        assert_eq!(virgil.send(&format!("GET /login{code}"), &[]).status, 401, "{code}");
    }
    let fresh = virgil.login();
    let twice = fresh.replace("code=", "code=x&code=");
    assert_eq!(virgil.send(&format!("GET {twice}"), &[]).status, 401);
}

#[test]
fn one_servers_credentials_are_nothing_to_another() {
    let (one, two) = (Harness::start(), Harness::start());
    let renamed = format!("Cookie: virgil_{}={}", two.port, one.token);
    for header in [one.cookie(), one.bearer(), renamed] {
        assert_eq!(two.send("GET /api/deck", &[&header]).status, 401, "{header}");
    }
    assert_eq!(two.send(&format!("GET {}", one.login()), &[]).status, 401);
}

#[test]
fn without_a_credential_people_get_help_and_programs_json() {
    let virgil = Harness::start();
    for path in ["/", "/slide/01-one", "/slide/none", "/anything"] {
        let reply = virgil.send(&format!("GET {path}"), &[]);
        assert_eq!(reply.status, 401, "{path}");
        assert!(reply.header("content-type").unwrap().starts_with("text/html"), "{path}");
        assert!(reply.text().contains("Open the link in your terminal"), "{path}");
    }
    for path in ["/api/deck", "/api/none"] {
        let reply = virgil.send(&format!("GET {path}"), &[]);
        assert_eq!((reply.status, reply.header("content-type")), (401, Some("application/json")), "{path}");
        assert!(reply.text().starts_with("{\"error\":"), "{path}");
    }
}

#[test]
fn every_address_and_method_needs_a_credential_unless_it_is_public() {
    let virgil = Harness::start();
    let origin = format!("Origin: http://127.0.0.1:{}", virgil.port);
    for route in &ROUTES {
        let path = match route.path.split_once('{') {
            Some((start, _)) => format!("{start}01-one"),
            None => route.path.to_owned(),
        };
        let public = matches!(route.access, Access::Public | Access::Login);
        let kind = match route.access {
            Access::Upload => "Content-Type: application/octet-stream",
            _ => "Content-Type: application/json",
        };
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "VIRGIL"] {
            for headers in [vec![], vec![origin.as_str(), "X-Virgil: 1", kind]] {
                let status = virgil.send(&format!("{method} {path}"), &headers).status;
                let refused = matches!(status, 401 | 403);
                assert!(refused || public, "{method} {path} {headers:?}: {status}");
                // Nothing that is public can be changed.
                let read = matches!(method, "GET" | "HEAD");
                assert!(refused || read || status == 405, "{method} {path} {headers:?}: {status}");
            }
        }
        let status = virgil.upgrade(&path, &[&origin]).status;
        assert!(matches!(status, 401 | 403) || (public && status != 101), "upgrade {path}: {status}");
    }
}

#[test]
fn what_changes_something_comes_from_our_page_as_json() {
    let virgil = Harness::start();
    let cookie = virgil.cookie();
    let (ours, json) = ("X-Virgil: 1", "Content-Type: application/json");
    for (headers, expected) in [
        (vec![], 403),
        (vec![json], 403),
        (vec![ours], 415),
        (vec![ours, "Content-Type: text/plain"], 415),
        (vec![ours, "Content-Type: application/x-www-form-urlencoded"], 415),
        (vec![ours, "Content-Type: application/jsonx"], 415),
        (vec![ours, json, "Content-Type: text/plain"], 415),
        (vec![ours, json], 405),
        (vec![ours, "Content-Type: application/json; charset=utf-8"], 405),
        (vec![ours, json, "Sec-Fetch-Site: cross-site"], 403),
        (vec!["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"], 403),
    ] {
        let headers = [[cookie.as_str()].as_slice(), &headers].concat();
        assert_eq!(virgil.send("POST /api/deck", &headers).status, expected, "{headers:?}");
    }
    assert_eq!(virgil.send("GET /api/run", &[&cookie]).status, 404);
}

#[test]
fn a_file_is_taken_from_our_page_alone_and_only_so_long() {
    let virgil = Harness::start();
    let (cookie, ours, file) = (virgil.cookie(), "X-Virgil: 1", "Content-Type: application/octet-stream");
    let own = format!("Origin: http://127.0.0.1:{}", virgil.port);
    for (headers, expected) in [
        (vec![own.as_str()], 403),
        (vec![cookie.as_str(), file], 403),
        (vec![cookie.as_str(), ours], 415),
        (vec![cookie.as_str(), ours, "Content-Type: application/json"], 415),
        (vec![cookie.as_str(), ours, "Content-Type: multipart/form-data"], 415),
        (vec![ours, file], 401),
        (vec![cookie.as_str(), ours, file, "Origin: http://evil.example"], 403),
        (vec![cookie.as_str(), ours, file, "Sec-Fetch-Site: cross-site"], 403),
        (vec![cookie.as_str(), ours, file, "Content-Length: 16777217"], 413),
        (vec![cookie.as_str(), ours, file, "Content-Length: 0"], 422),
    ] {
        assert_eq!(virgil.send("POST /api/import/race", &headers).status, expected, "{headers:?}");
    }
    let whole = [cookie.as_str(), ours, file, "Content-Length: 0"];
    assert_eq!(virgil.send("POST /api/import/none", &whole).status, 404);
    assert_eq!(virgil.send("POST /api/import/..%2frace", &whole).status, 404);
    assert_eq!(virgil.send("GET /api/import/race", &[&cookie]).status, 405);
    let json = [cookie.as_str(), ours, "Content-Type: application/json", "Content-Length: 16777216"];
    assert_eq!(virgil.send("POST /api/run-change", &json).status, 413, "only a file may be so long");
    for path in [
        "/api/runs/none",
        "/api/runs/..%2frace",
        "/api/run/1",
        "/api/run/x",
        "/api/run-file/1",
        "/api/recorded/race",
        "/api/recorded/..%2frace",
    ] {
        assert_eq!(virgil.send(&format!("GET {path}"), &[&cookie]).status, 404, "{path}");
    }
    assert_eq!(virgil.send("GET /api/runs/race", &[&cookie]).status, 200);
}

#[test]
fn no_other_site_is_ever_let_in_by_a_header() {
    let virgil = Harness::start();
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

#[test]
fn every_response_has_the_headers() {
    let virgil = Harness::start();
    let cookie = virgil.cookie();
    let many: String = format!("X-Long: {}", "x".repeat(17 * 1024));
    let replies = [
        (virgil.send("GET /healthz", &[]), 200),
        (virgil.send("GET /slide/01-one", &[&cookie]), 200),
        (virgil.send("GET /api/deck", &[&cookie]), 200),
        (virgil.send("GET /", &[&cookie]), 303),
        (virgil.send("GET /slide/01-one", &[]), 401),
        (virgil.send("GET /login?code=x", &[]), 401),
        (virgil.send("GET /healthz", &["Origin: null"]), 403),
        (virgil.send("GET /slide/none", &[&cookie]), 404),
        (virgil.send("GET /assets/none", &[]), 404),
        (virgil.send("DELETE /api/deck", &[&cookie, "X-Virgil: 1", "Content-Type: application/json"]), 405),
        (virgil.send("GET /api/deck", &[&cookie, "Content-Length: 1048577"]), 413),
        (virgil.send("GET /healthz", &[&many]), 431),
        (virgil.upgrade("/api/socket", &[&virgil.bearer()]), 101),
    ];
    let mut policies = std::collections::BTreeSet::new();
    for (reply, expected) in &replies {
        assert_eq!(reply.status, *expected);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{expected} {name}");
        }
        let policy = reply.header("content-security-policy").unwrap();
        let (start, rest) = policy.split_once("'nonce-").unwrap();
        let (nonce, rest) = rest.split_once('\'').unwrap();
        assert_eq!(start, "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' ");
        assert_eq!(
            rest,
            "; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'"
        );
        assert_eq!(nonce.len(), 32);
        policies.insert(nonce.to_owned());
        let page = reply.text();
        if reply.status == 200 && page.starts_with("<!doctype") {
            assert!(page.contains(&format!("<meta name=\"virgil-nonce\" content=\"{nonce}\">")), "{page}");
        }
    }
    assert_eq!(policies.len(), replies.len());
}

#[test]
fn names_that_are_no_slides_are_nowhere() {
    let virgil = Harness::start();
    let cookie = virgil.cookie();
    let long = "x".repeat(5 * 1024);
    for name in [
        "../x",
        "..%2fx",
        "%252e",
        "..%5cx",
        "C:%5cx",
        "%5c%5chost%5cshare",
        "%00",
        "01-one%00",
        "01-one/",
        "%2e%2e/x",
        &long,
    ] {
        for start in ["/slide/", "/assets/", "/api/deck/", "/api/versions/", "/api/version/"] {
            assert_eq!(virgil.send(&format!("GET {start}{name}"), &[&cookie]).status, 404, "{start}{name}");
        }
    }
}

#[test]
fn a_head_that_never_ends_is_cut_off() {
    let virgil = Harness::start();
    let mut stream = TcpStream::connect(("127.0.0.1", virgil.port)).unwrap();
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nX-Slow: ", virgil.port).unwrap();
    let Reply { status, .. } = read_reply(&mut stream);
    assert_eq!(status, 408);
}

#[test]
fn both_loopback_addresses_answer_and_no_other() {
    let virgil = Harness::start();
    if let Ok(mut stream) = TcpStream::connect(("::1", virgil.port)) {
        write!(stream, "GET /healthz HTTP/1.1\r\nHost: [::1]:{}\r\nConnection: close\r\n\r\n", virgil.port).unwrap();
        assert_eq!(read_reply(&mut stream).status, 200);
    }
    // All of 127.0.0.0/8 is this machine, but only one of it is listened to.
    assert!(TcpStream::connect(("127.0.0.2", virgil.port)).is_err());
}
