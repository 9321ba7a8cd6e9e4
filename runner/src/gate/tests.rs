//! What no real route does: fail.

use std::io;
use std::sync::Arc;

use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, error, web};

use actix_web::dev::RequestHead;
use actix_web::http::{Method, Uri};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Gate, cookie_name, guard, judge};
use crate::link::Token;
use crate::routes::{Access, ROUTES, access};

#[actix_web::test]
async fn a_failure_is_told_to_the_log_and_not_to_the_page() {
    let gate = Arc::new(Gate::new(8765, Token::new().unwrap()));
    let (bearer, inner) = (format!("Bearer {}", gate.token().text()), gate.clone());
    let fail = || async { Err::<String, _>(error::ErrorInternalServerError(io::Error::other("/home/me/secret.py"))) };
    let app = App::new()
        .route("/api/deck", web::get().to(fail))
        .route("/slide/x", web::get().to(fail))
        .wrap(from_fn(move |request, next| guard(inner.clone(), request, next)));
    let app = init_service(app).await;
    for (path, start) in [("/api/deck", "{\"error\":\"Virgil failed here"), ("/slide/x", "<!doctype html>")] {
        let request = TestRequest::get().uri(path).insert_header(("host", "localhost:8765"));
        let request = request.insert_header(("authorization", bearer.as_str())).to_request();
        let response = call_service(&app, request).await;
        assert_eq!(response.status(), 500);
        let policy = response.headers().get("content-security-policy").unwrap().to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        let body = String::from_utf8(read_body(response).await.to_vec()).unwrap();
        assert!(body.starts_with(start) && !body.contains("secret"), "{body}");
        let (_, id) = body.split_once("says more under ").unwrap();
        assert!(id[..8].bytes().all(|byte| byte.is_ascii_hexdigit()) && id[8..].starts_with(". "), "{body}");
    }
}

/// Parts of which heads are made: such as ours, such as a stranger may send, and anything.
fn head() -> impl Strategy<Value = RequestHead> {
    let hosts = prop_oneof![
        4 => Just("127.0.0.1:8765".to_owned()),
        2 => Just("LOCALHOST:8765".to_owned()),
        1 => Just("evil.example:8765".to_owned()),
        1 => "[ -~]{0,30}",
    ];
    let routes: Vec<String> = ROUTES.iter().map(|route| route.path.replace(['{', '}'], "")).collect();
    let paths =
        prop_oneof![4 => prop::sample::select(routes), 1 => "/[!-~]{0,40}", 1 => "/(assets|healthz|login)[!-~]{0,20}"];
    let names = prop::sample::select(vec![
        "origin",
        "authorization",
        "cookie",
        "sec-fetch-site",
        "sec-fetch-mode",
        "sec-fetch-dest",
        "upgrade",
        "x-virgil",
        "content-type",
        "content-length",
        "host",
        "x-forwarded-host",
        "x-forwarded-for",
        "x-other",
    ]);
    let values = prop_oneof![
        prop::sample::select(vec![
            "http://127.0.0.1:8765",
            "http://evil.example",
            "null",
            "same-origin",
            "none",
            "cross-site",
            "navigate",
            "document",
            "websocket",
            "1",
            "application/json",
            "application/octet-stream",
            "Bearer x",
            "Bearer ",
            "virgil_8765=",
            "virgil_8765=x; virgil_8765=y",
            "virgil_8766=x",
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,40}",
    ];
    let methods = prop::sample::select(vec!["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "VIRGIL"]);
    (methods, paths, hosts, vec((names, values), 0..8)).prop_filter_map(
        "no address",
        |(method, path, host, headers)| {
            let mut request = TestRequest::default()
                .method(Method::from_bytes(method.as_bytes()).ok()?)
                .insert_header(("host", host));
            for (name, value) in headers {
                request = request.append_header((name, value));
            }
            let request = request.to_srv_request();
            let mut head = RequestHead::default();
            head.uri = path.parse::<Uri>().ok()?;
            head.method = request.head().method.clone();
            head.headers = request.head().headers.clone();
            Some(head)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_without_a_credential_reaches_what_is_not_public(head in head()) {
        let gate = Gate::new(8765, Token::new().unwrap());
        prop_assert!(!gate.has_credential(&head));
        let open = matches!(access(head.uri.path()), Some(Access::Public | Access::Login));
        prop_assert!(judge::judge(&gate, &head).is_err() || open, "{:?}", head);
    }

    #[test]
    fn a_credential_opens_nothing_to_another_site(mut head in head(), origin in "[ -~]{1,40}") {
        let gate = Gate::new(8765, Token::new().unwrap());
        let cookie = format!("{}={}", cookie_name(8765), gate.token().text());
        head.headers.append("cookie".parse().unwrap(), cookie.parse().unwrap());
        let ours = ["http://127.0.0.1:8765", "http://localhost:8765", "http://[::1]:8765"];
        prop_assume!(!ours.contains(&origin.as_str()));
        head.headers.append("origin".parse().unwrap(), origin.parse().unwrap());
        prop_assert!(judge::judge(&gate, &head).is_err(), "{:?}", head);
    }
}
