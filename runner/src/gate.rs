//! The gate: every request and every upgrade passes it once, before anything else looks at it.
//!
//! Whoever gets through may run code with the person's rights. What is not expressly allowed is refused.

mod judge;
mod refusal;

#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{RequestHead, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse};

pub use judge::{MAX_BODY_BYTES, MAX_HEADER_BYTES, OUR_HEADER};
pub use refusal::Refusal;

use crate::link::{Token, hex, random};
use crate::routes;

/// Names one response's own styles in its policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nonce(pub String);

/// What the gate of one server knows.
#[derive(Debug)]
pub struct Gate {
    port: u16,
    token: Token,
    opened: Instant,
    /// When somebody was let in last, in seconds since it was opened.
    last: AtomicU64,
}

impl Gate {
    /// The gate of the server at `port`.
    pub fn new(port: u16, token: Token) -> Gate {
        Gate { port, token, opened: Instant::now(), last: AtomicU64::new(0) }
    }

    /// The server's port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's token.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// For how long nobody was let in.
    pub fn quiet(&self) -> Duration {
        self.opened.elapsed().saturating_sub(Duration::from_secs(self.last.load(Ordering::Relaxed)))
    }

    fn somebody_came(&self) {
        self.last.store(self.opened.elapsed().as_secs(), Ordering::Relaxed);
    }

    /// Whether the request carries the token.
    pub fn has_credential(&self, head: &RequestHead) -> bool {
        judge::has_credential(self, head)
    }
}

/// The cookie's name. Browsers don't tell ports apart, so the name does.
pub fn cookie_name(port: u16) -> String {
    format!("virgil_{port}")
}

/// The gate as middleware, the outermost.
pub async fn guard(
    gate: Arc<Gate>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> actix_web::Result<ServiceResponse<BoxBody>> {
    // Without random numbers the policy names no style at all: the page is plain, but nothing is allowed.
    let nonce = Nonce(random::<16>().map(|bytes| hex(&bytes)).unwrap_or_default());
    request.extensions_mut().insert(nonce.clone());
    let mut response = match judge::judge(&gate, request.head()) {
        Ok(()) => {
            if gate.has_credential(request.head()) {
                gate.somebody_came();
            }
            in_our_words(next.call(request).await?.map_into_boxed_body(), &nonce)
        }
        Err(refused) => {
            let response = refused.response(request.head(), gate.port, &nonce);
            request.into_response(response)
        }
    };
    add_headers(&mut response, &nonce);
    Ok(response)
}

/// What the web server's own parts say of a request that they can't read is for programmers, and may repeat what was
/// sent; what failed inside is for the log.
fn in_our_words(response: ServiceResponse<BoxBody>, nonce: &Nonce) -> ServiceResponse<BoxBody> {
    let Some(error) = response.response().error() else { return response };
    let (path, status) = (response.request().path().to_owned(), response.status());
    let shown = match status {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::LongBody.response(response.request().head(), 0, nonce),
        _ if status.is_server_error() => failure(&path, nonce, error, "Reload the page."),
        _ => routes::refusal(&path, status, "This request can't be read: reload the page.", nonce, false),
    };
    response.into_response(shown)
}

/// The response to what can't be done through no fault of who asks: the log has the error, and the response only the
/// name under which it stands there, with what to do.
pub fn failure(path: &str, nonce: &Nonce, error: &dyn Display, next: &str) -> HttpResponse {
    let id = random::<4>().map(|bytes| hex(&bytes)).unwrap_or_default();
    tracing::error!(id, %error, path, "a request failed");
    let sentence = format!("Virgil failed here; its terminal says more under {id}. {next}");
    routes::refusal(path, StatusCode::INTERNAL_SERVER_ERROR, &sentence, nonce, false)
}

fn add_headers(response: &mut ServiceResponse<BoxBody>, nonce: &Nonce) {
    const FIXED: [(&str, &str); 4] = [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
    ];
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy(nonce)) {
        headers.insert(HeaderName::from_static("content-security-policy"), policy);
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn policy(Nonce(nonce): &Nonce) -> String {
    let styles = if nonce.is_empty() { String::new() } else { format!(" 'nonce-{nonce}'") };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'{styles}; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}
