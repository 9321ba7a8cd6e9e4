//! What every response carries.

use crate::harness::Harness;

#[test]
fn every_response_has_the_headers() {
    let virgil = Harness::start_with("/nowhere/virgil");
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
        (virgil.send("GET /api/doctor", &[&cookie]), 500),
        (virgil.send("POST /api/message/none", &[&cookie, "X-Virgil: 1", "Content-Type: application/json"]), 400),
        (virgil.send("GET /api/socket", &[&virgil.bearer()]), 400),
        (virgil.send("POST /api/run-change", &[&cookie, "X-Virgil: 1", "Content-Type: text/plain"]), 415),
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
fn files_of_the_page_have_the_headers_too_also_when_they_are_known_already() {
    let virgil = Harness::start();
    let boot = virgil.send("GET /boot.js", &[]);
    if boot.status == 404 {
        return println!("SKIPPED: the page was not built");
    }
    let text = boot.text();
    let named = text.split('"').filter(|part| part.starts_with("/assets/")).map(str::to_owned);
    let paths: Vec<String> = ["/boot.js".to_owned()].into_iter().chain(named).collect();
    assert!(
        paths.iter().any(|path| path.ends_with(".js")) && paths.iter().any(|path| path.ends_with(".wasm")),
        "{text}"
    );
    for path in paths {
        let whole = virgil.send(&format!("GET {path}"), &[]);
        let known = format!("If-None-Match: {}", whole.header("etag").unwrap());
        for (reply, expected) in [(virgil.send(&format!("GET {path}"), &[&known]), 304), (whole, 200)] {
            assert_eq!(reply.status, expected, "{path}");
            for name in ["x-content-type-options", "cross-origin-opener-policy", "referrer-policy", "cache-control"] {
                assert!(reply.header(name).is_some(), "{path} {expected} {name}");
            }
            assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"), "{path} {expected}");
            let policy = reply.header("content-security-policy").unwrap();
            assert!(
                policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "),
                "{path} {policy}"
            );
        }
    }
}

#[test]
fn a_failure_says_under_which_name_the_log_has_it_and_nothing_else() {
    let virgil = Harness::start_with("/nowhere/virgil");
    let reply = virgil.send("GET /api/doctor", &[&virgil.cookie()]);
    assert_eq!((reply.status, reply.header("content-type")), (500, Some("application/json")));
    let said: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    let sentence = said["error"].as_str().unwrap();
    let id = sentence.strip_prefix("Virgil failed here; its terminal says more under ").unwrap();
    let (id, rest) = id.split_once(". ").unwrap();
    assert!(id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{sentence}");
    assert_eq!(rest, "Try `virgil doctor` in a terminal.");
}
