//! The addresses of a page that gets no WebSocket, and of earlier versions, are guarded like all others.

use crate::harness::Harness;

#[test]
fn what_a_page_without_a_socket_uses_is_as_guarded_as_the_socket() {
    let virgil = Harness::start();
    let cookie = virgil.cookie();
    let (ours, json) = ("X-Virgil: 1", "Content-Type: application/json");
    for (line, headers, expected) in [
        ("POST /api/message/none", vec![], 403),
        ("POST /api/message/none", vec![ours], 415),
        ("POST /api/message/none", vec![ours, json, "Origin: http://evil.example"], 403),
        ("POST /api/message/none", vec![ours, json, "Sec-Fetch-Site: same-site"], 403),
        // It is let in; what it sends is no list of messages.
        ("POST /api/message/none", vec![ours, json], 400),
        ("GET /api/message/none", vec![], 405),
        ("POST /api/events", vec![ours, json], 405),
        ("HEAD /api/events", vec![], 405),
        ("GET /api/events", vec!["Origin: http://evil.example"], 403),
        ("GET /api/events", vec!["Sec-Fetch-Site: cross-site"], 403),
        ("GET /api/here", vec![], 204),
        ("GET /api/here", vec!["Origin: null"], 403),
    ] {
        let headers = [[cookie.as_str()].as_slice(), &headers].concat();
        assert_eq!(virgil.send(line, &headers).status, expected, "{line} {headers:?}");
    }
    for line in ["GET /api/events", "GET /api/here", "GET /api/versions/race", "GET /api/version/race/1"] {
        assert_eq!(virgil.send(line, &[]).status, 401, "{line}");
    }
}
