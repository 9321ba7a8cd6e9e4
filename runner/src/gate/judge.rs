//! The rules, in order: a pure function of a request's head.

use actix_web::dev::RequestHead;
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, ORIGIN, UPGRADE};

use super::{Gate, Refusal, cookie_name};
use crate::routes::{Access, access};

/// How much a request's headers may hold.
pub const MAX_HEADER_BYTES: usize = 16 * 1024;

/// How much its body may hold.
pub const MAX_BODY_BYTES: u64 = 1024 * 1024;

/// How much the body of a file may hold that is brought here.
pub const MAX_FILE_BYTES: u64 = crate::archive::MOST_IMPORTED as u64;

/// What our own page sends with every request that changes something. No form of another page can.
pub const OUR_HEADER: &str = "x-virgil";

/// Whether the request may go on.
pub fn judge(gate: &Gate, head: &RequestHead) -> Result<(), Refusal> {
    size(head)?;
    host(gate, head)?;
    origin(gate, head)?;
    site(head)?;
    method(head)?;
    credential(gate, head)
}

/// All values of a header; one that is not text counts as one that nothing is equal to.
fn all<'a>(head: &'a RequestHead, name: &'a str) -> impl Iterator<Item = &'a str> {
    head.headers().get_all(name).map(|value| value.to_str().unwrap_or("\u{fffd}"))
}

fn size(head: &RequestHead) -> Result<(), Refusal> {
    let headers: usize = head.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers + head.uri.to_string().len() > MAX_HEADER_BYTES {
        return Err(Refusal::LongHeaders);
    }
    let most = if is_upload(head) { MAX_FILE_BYTES } else { MAX_BODY_BYTES };
    match all(head, CONTENT_LENGTH.as_str()).all(|length| length.parse().is_ok_and(|length: u64| length <= most)) {
        true => Ok(()),
        false => Err(Refusal::LongBody),
    }
}

/// A page of another site may have its own name point to this machine: the name that it asked for gives it away.
fn host(gate: &Gate, head: &RequestHead) -> Result<(), Refusal> {
    // Proxies name the host in the request line too. There is none here, and two names are one too many.
    if head.uri.authority().is_some() {
        return Err(Refusal::UnclearHost);
    }
    let mut hosts = all(head, HOST.as_str());
    let (Some(host), None) = (hosts.next().filter(|host| !host.is_empty()), hosts.next()) else {
        return Err(Refusal::UnclearHost);
    };
    let ours = names(gate.port).iter().any(|name| name.eq_ignore_ascii_case(host));
    if ours { Ok(()) } else { Err(Refusal::ForeignHost) }
}

fn names(port: u16) -> [String; 3] {
    ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"))
}

fn origin(gate: &Gate, head: &RequestHead) -> Result<(), Refusal> {
    let ours = names(gate.port).map(|name| format!("http://{name}"));
    let mut origins = all(head, ORIGIN.as_str()).peekable();
    if origins.peek().is_some() {
        return if origins.all(|origin| ours.iter().any(|our| our == origin)) {
            Ok(())
        } else {
            Err(Refusal::ForeignOrigin)
        };
    }
    // Browsers send an origin with every upgrade. Who sends none must not rely on a browser's cookie.
    if is_upgrade(head) && bearer(head).is_none() {
        return Err(Refusal::NoOrigin);
    }
    Ok(())
}

fn is_upgrade(head: &RequestHead) -> bool {
    head.headers().contains_key(UPGRADE) || access(head.uri.path()) == Some(Access::Socket)
}

/// What browsers say about the page that asked. Another site may lead a person here, but use nothing of ours.
fn site(head: &RequestHead) -> Result<(), Refusal> {
    if comes_from_elsewhere(head) && !is_navigation(head) { Err(Refusal::ForeignSite) } else { Ok(()) }
}

/// Whether a browser says that another site led here.
pub fn comes_from_elsewhere(head: &RequestHead) -> bool {
    !all(head, "sec-fetch-site").all(|site| matches!(site, "same-origin" | "none"))
}

fn is_navigation(head: &RequestHead) -> bool {
    head.method == Method::GET
        && matches!(access(head.uri.path()), Some(Access::Page | Access::Login))
        && all(head, "sec-fetch-mode").eq(["navigate"])
        && all(head, "sec-fetch-dest").eq(["document"])
}

fn method(head: &RequestHead) -> Result<(), Refusal> {
    if matches!(head.method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    if !head.headers().contains_key(OUR_HEADER) {
        return Err(Refusal::NotFromOurPage);
    }
    let mut types = all(head, CONTENT_TYPE.as_str());
    // No form of another page can send either of them.
    let (expected, refusal) = match is_upload(head) {
        true => ("application/octet-stream", Refusal::NotAFile),
        false => ("application/json", Refusal::NotJson),
    };
    let fits = types.next().and_then(|kind| kind.split(';').next()).is_some_and(|kind| kind.trim() == expected);
    if fits && types.next().is_none() { Ok(()) } else { Err(refusal) }
}

fn is_upload(head: &RequestHead) -> bool {
    access(head.uri.path()) == Some(Access::Upload)
}

fn credential(gate: &Gate, head: &RequestHead) -> Result<(), Refusal> {
    let open = matches!(access(head.uri.path()), Some(Access::Public | Access::Login));
    if open || has_credential(gate, head) { Ok(()) } else { Err(Refusal::NoCredential) }
}

/// Whether the request carries the token. Where it has an `Authorization`, that alone decides.
pub fn has_credential(gate: &Gate, head: &RequestHead) -> bool {
    if head.headers().contains_key(AUTHORIZATION) {
        return bearer(head).is_some_and(|token| gate.token.is(token));
    }
    let name = cookie_name(gate.port);
    let cookies =
        all(head, COOKIE.as_str()).flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    cookies.filter(|(key, _)| *key == name).any(|(_, value)| gate.token.is(value))
}

fn bearer(head: &RequestHead) -> Option<&str> {
    let mut values = head.headers().get_all(AUTHORIZATION);
    let (value, None) = (values.next()?.to_str().ok()?, values.next()) else { return None };
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
