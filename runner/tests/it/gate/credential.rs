//! Who may come in: the start link, its cookie, the token, and what those without see.

use crate::harness::Harness;

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
    for next in ["//evil", "https://evil", "/\\evil", "%2f%2fevil", "%2F%5Cevil", "javascript:alert(1)"] {
        for line in
            [format!("GET /login?next={next}"), format!("GET {login}&next={next}"), format!("GET /?next={next}")]
        {
            let reply = virgil.send(&line, &[&virgil.cookie()]);
            let ours = if line.starts_with("GET /?") { "/slide/01-one" } else { "/" };
            assert_eq!((reply.status, reply.header("location")), (303, Some(ours)), "{line}");
        }
    }
    let fresh = virgil.login();
    let twice = fresh.replace("code=", "code=x&code=");
    assert_eq!(virgil.send(&format!("GET {twice}"), &[]).status, 401);
}

#[test]
fn one_servers_credentials_are_nothing_to_another() {
    let (one, two) = (Harness::start(), Harness::start());
    assert_ne!(one.token, two.token);
    assert!(one.token.len() >= 32 && one.token.bytes().all(|byte| byte.is_ascii_hexdigit()), "less than 128 bits");
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
