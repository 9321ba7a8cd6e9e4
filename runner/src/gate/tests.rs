//! What no real route does: fail.

use std::io;
use std::sync::Arc;

use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, error, web};

use super::{Gate, guard};
use crate::link::Token;

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
