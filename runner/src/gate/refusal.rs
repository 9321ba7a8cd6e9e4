//! What is said to those who may not go on.

use actix_web::HttpResponse;
use actix_web::dev::RequestHead;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, WWW_AUTHENTICATE};

use super::{Nonce, judge};
use crate::{page, routes};

/// Why a request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Its headers are too long.
    LongHeaders,
    /// Its body is too long, or of no known length.
    LongBody,
    /// It doesn't say once for which host it is.
    UnclearHost,
    /// It is for another host.
    ForeignHost,
    /// A page of another origin sent it.
    ForeignOrigin,
    /// A browser upgrades with an origin; this has none and no token either.
    NoOrigin,
    /// A page of another site sent it.
    ForeignSite,
    /// It may change something, and no page of ours sent it.
    NotFromOurPage,
    /// Its body is not JSON.
    NotJson,
    /// Its body is not a file as our page sends it.
    NotAFile,
    /// It carries neither cookie nor token.
    NoCredential,
}

impl Refusal {
    /// Its status code.
    pub fn status(self) -> StatusCode {
        match self {
            Refusal::LongHeaders => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Refusal::LongBody => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::UnclearHost => StatusCode::BAD_REQUEST,
            Refusal::ForeignHost
            | Refusal::ForeignOrigin
            | Refusal::NoOrigin
            | Refusal::ForeignSite
            | Refusal::NotFromOurPage => StatusCode::FORBIDDEN,
            Refusal::NotJson | Refusal::NotAFile => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Refusal::NoCredential => StatusCode::UNAUTHORIZED,
        }
    }

    fn sentence(self, port: u16) -> String {
        match self {
            Refusal::LongHeaders => "The headers of this request are too long.".into(),
            Refusal::LongBody => "The body of this request is too long.".into(),
            Refusal::UnclearHost => "This request must name its host, once.".into(),
            Refusal::ForeignHost => format!("Virgil has another name: open http://127.0.0.1:{port}/."),
            Refusal::ForeignOrigin | Refusal::ForeignSite => {
                "Another site's page sent this. Virgil serves only its own pages.".into()
            }
            Refusal::NoOrigin => "A connection without an Origin needs the token, as a Bearer.".into(),
            Refusal::NotFromOurPage => "Only Virgil's own pages may change something.".into(),
            Refusal::NotJson => "The body must be application/json.".into(),
            Refusal::NotAFile => "The body must be application/octet-stream.".into(),
            Refusal::NoCredential => page::how_to_come_in(port),
        }
    }

    /// The whole response.
    pub fn response(self, head: &RequestHead, port: u16, nonce: &Nonce) -> HttpResponse {
        // A link on another site leads here without our cookie, which is strict. Loaded again from this page, the
        // address has it; and since that load no longer comes from elsewhere, it happens once.
        let again = self == Refusal::NoCredential && judge::comes_from_elsewhere(head);
        let mut response = routes::refusal(head.uri.path(), self.status(), &self.sentence(port), nonce, again);
        if self == Refusal::NoCredential {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
