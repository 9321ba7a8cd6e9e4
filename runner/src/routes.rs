//! Every address there is, with who may use it. The server and its gate are both made from this one table.

mod versions;

use std::fmt::Display;
use std::io::{self, Read};

use actix_web::guard;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ContentType, LOCATION,
    RETRY_AFTER, SET_COOKIE, VARY,
};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use serde::Serialize;
use shared::{Checkup, RunId, SavedOutput, Slide};

use crate::gate::{self, Nonce, cookie_name};
use crate::packed::{SOON, brotli_of};
use crate::server::Site;
use crate::{archive, assets, doctor, page, session};

/// How much of a file is sent at once, in bytes.
const PIECE: usize = 256 * 1024;

/// Who may use an address, and what a refusal there looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody on this machine: there is nothing of the person's in it.
    Public,
    /// Where a start link leads; its code is checked there.
    Login,
    /// For a browser that has the cookie.
    Page,
    /// For the page's own code, and for command-line tools with the token.
    Api,
    /// The same, with a file in the body.
    Upload,
    /// The same, for as long as it lasts.
    Socket,
}

/// One address.
pub struct Route {
    /// As the router takes it: exact, or with a `{last}` part.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    handler: fn() -> actix_web::Route,
}

/// All of them.
pub const ROUTES: [Route; 26] = [
    Route { path: "/healthz", access: Access::Public, handler: || read().to(HttpResponse::Ok) },
    Route { path: "/boot.js", access: Access::Public, handler: || read().to(assets::boot) },
    Route { path: "/assets/{path:.+}", access: Access::Public, handler: || read().to(assets::asset) },
    // A code is used up by GET, so HEAD, with which programs preview links, is not answered.
    Route { path: "/login", access: Access::Login, handler: || web::get().to(login) },
    Route { path: "/", access: Access::Page, handler: || read().to(first_slide) },
    Route { path: "/slide/{slug}", access: Access::Page, handler: || read().to(slide) },
    Route { path: "/notebook", access: Access::Page, handler: || read().to(notebook) },
    Route { path: "/api/deck", access: Access::Api, handler: || read().to(deck) },
    Route { path: "/api/slides", access: Access::Api, handler: || read().to(slides) },
    Route { path: "/api/help", access: Access::Api, handler: || read().to(help) },
    Route { path: "/api/notes", access: Access::Api, handler: || read().to(notes) },
    Route { path: "/api/doctor", access: Access::Api, handler: || read().to(machine) },
    Route { path: "/api/printed/{run}", access: Access::Api, handler: || read().to(printed) },
    Route { path: "/api/output/{run}", access: Access::Api, handler: || read().to(output) },
    Route { path: "/api/runs/{cell}", access: Access::Api, handler: || read().to(archive::routes::list) },
    Route { path: "/api/run/{run}", access: Access::Api, handler: || read().to(archive::routes::whole) },
    Route { path: "/api/run-file/{run}", access: Access::Api, handler: || read().to(archive::routes::export) },
    Route { path: "/api/recorded/{cell}", access: Access::Api, handler: || read().to(archive::routes::recorded) },
    Route { path: "/api/run-change", access: Access::Api, handler: || web::post().to(archive::routes::change) },
    Route { path: "/api/import/{cell}", access: Access::Upload, handler: || web::post().to(archive::routes::import) },
    Route { path: "/api/versions/{cell}", access: Access::Api, handler: || read().to(versions::list) },
    Route { path: "/api/version/{version:.+}", access: Access::Api, handler: || read().to(versions::text) },
    Route { path: "/api/here", access: Access::Api, handler: || read().to(here) },
    Route { path: "/api/events", access: Access::Api, handler: || web::get().to(events) },
    Route { path: "/api/message/{connection}", access: Access::Api, handler: || web::post().to(message) },
    Route { path: "/api/socket", access: Access::Socket, handler: || web::get().to(socket) },
];

/// Adds them to the server.
pub fn add(config: &mut web::ServiceConfig) {
    for route in &ROUTES {
        config.service(web::resource(route.path).route((route.handler)()));
    }
    config.app_data(web::JsonConfig::default().limit(gate::MAX_BODY_BYTES as usize));
    config.default_service(web::to(nothing));
}

/// Who may use `path`, as it was sent; none if it is not in the table.
pub fn access(path: &str) -> Option<Access> {
    let fits = |route: &&Route| match route.path.split_once('{') {
        Some((start, _)) => path.starts_with(start),
        None => path == route.path,
    };
    ROUTES.iter().find(fits).map(|route| route.access)
}

fn read() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// What a refusal, or an address that doesn't exist, says.
pub fn refusal(path: &str, status: StatusCode, sentence: &str, nonce: &Nonce, again: bool) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((CACHE_CONTROL, "no-store"));
    if path.starts_with("/api/") {
        return response.json(serde_json::json!({ "error": sentence }));
    }
    response.insert_header((CONTENT_TYPE, page::HTML)).body(page::message(status, sentence, nonce, again))
}

async fn nothing(request: HttpRequest) -> HttpResponse {
    refusal(request.path(), StatusCode::NOT_FOUND, "There is nothing at this address.", &nonce(&request), false)
}

async fn login(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let codes = request.query_string().split('&').filter_map(|pair| pair.strip_prefix("code="));
    let welcome = site.gate.has_credential(request.head()) || codes.take(1).any(|code| site.accepts(code));
    if !welcome {
        let sentence = page::how_to_come_in(site.gate.port());
        return refusal(request.path(), StatusCode::UNAUTHORIZED, &sentence, &nonce(&request), false);
    }
    let cookie =
        format!("{}={}; HttpOnly; SameSite=Strict; Path=/", cookie_name(site.gate.port()), site.gate.token().text());
    HttpResponse::SeeOther().insert_header((SET_COOKIE, cookie)).insert_header((LOCATION, "/")).finish()
}

async fn first_slide(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    match site.workshop.content().deck.slides.first() {
        Some(slide) => HttpResponse::SeeOther().insert_header((LOCATION, format!("/slide/{}", slide.slug))).finish(),
        None => nothing(request).await,
    }
}

async fn slide(request: HttpRequest, slug: web::Path<String>, site: web::Data<Site>) -> HttpResponse {
    // The name is looked up among those of the deck; no path is made of it.
    let content = site.workshop.content();
    let deck = &content.deck;
    let Some(position) = deck.slides.iter().position(|slide| slide.slug == *slug) else {
        return nothing(request).await;
    };
    let html = site.workshop.with_texts(&deck.slides[position], &deck.slides[position].html, deck);
    let html = page::slide(deck, position, &html, &site.assets, &nonce(&request));
    HttpResponse::Ok().insert_header((CONTENT_TYPE, page::HTML)).body(html)
}

/// The whole deck as one scroll.
async fn notebook(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let content = site.workshop.content();
    let with_texts = |slide: &Slide, html: &str| site.workshop.with_texts(slide, html, &content.deck);
    let html = page::notebook::notebook(&content.deck, &content.notebook, with_texts, &site.assets, &nonce(&request));
    HttpResponse::Ok().insert_header((CONTENT_TYPE, page::HTML)).body(html)
}

async fn deck(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let Ok(bytes) = postcard::to_allocvec(&site.workshop.deck()) else {
        return HttpResponse::InternalServerError().finish();
    };
    if !accepts_brotli(&request) {
        return HttpResponse::Ok().content_type(ContentType::octet_stream()).body(bytes);
    }
    match web::block(move || site.packed.of(bytes)).await {
        Ok(Some(small)) => brotli(small),
        _ => HttpResponse::InternalServerError().finish(),
    }
}

/// What stands inside the slides.
async fn slides(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    value(&request, &site.workshop.html())
}

/// Hints and solutions, by exercise.
async fn help(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    value(&request, &site.workshop.content().help)
}

/// What only the presenter reads, by the slides' slugs.
async fn notes(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    value(&request, &site.workshop.content().spoken)
}

/// A value for the page, in postcard's encoding.
fn value(request: &HttpRequest, value: &impl Serialize) -> HttpResponse {
    let bytes = match postcard::to_allocvec(value) {
        Ok(bytes) => bytes,
        Err(error) => return failure(request, &error, "Reload the page."),
    };
    // It is half of the content and grows with it. Compressed on the way it would be an eighth larger.
    match accepts_brotli(request).then(|| brotli_of(&bytes, SOON)).flatten() {
        Some(small) => brotli(small),
        None => HttpResponse::Ok().content_type(ContentType::octet_stream()).body(bytes),
    }
}

fn accepts_brotli(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| assets::accepts(accepted, "br"))
}

fn brotli(small: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::octet_stream())
        .insert_header((CONTENT_ENCODING, "br"))
        .insert_header((VARY, "accept-encoding"))
        .body(small)
}

async fn machine(request: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let [virgil, data, workspace] = site.doctor.clone();
    let found = web::block(move || doctor::ask(&virgil, &data, &workspace)).await;
    match found.unwrap_or_else(|_| Err("The machine could not be looked at: try again.".into())) {
        Ok(checkup) => {
            // This very server knows better how far it is with that.
            let checkup = Checkup { environment: site.keeper.state(), ..checkup };
            HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(checkup.report())
        }
        Err(sentence) => failure(&request, &sentence, "Try `virgil doctor` in a terminal."),
    }
}

/// Where all that a run printed is kept.
async fn printed(request: HttpRequest, run: web::Path<String>, site: web::Data<Site>) -> HttpResponse {
    match find(&run, &site).await {
        Some((saved, _)) => archive::routes::answer(&request, &saved),
        None => nothing_saved(&request),
    }
}

/// All that a run printed, to be kept. Never shown as a page: it is text that a program made.
async fn output(request: HttpRequest, run: web::Path<String>, site: web::Data<Site>) -> HttpResponse {
    let Some((saved, name)) = find(&run, &site).await else { return nothing_saved(&request) };
    let outputs = site.outputs.clone();
    let opened = web::block(move || outputs.open(&saved)).await;
    let Ok(Ok(file)) = opened else { return nothing_saved(&request) };
    let pieces = futures_util::stream::try_unfold(file, |mut file| async move {
        let read = web::block(move || {
            let mut piece = Vec::with_capacity(PIECE);
            file.by_ref().take(PIECE as u64).read_to_end(&mut piece).map(|_| (file, piece))
        });
        let (file, piece) = read.await.map_err(io::Error::other)??;
        Ok::<_, io::Error>((!piece.is_empty()).then(|| (web::Bytes::from(piece), file)))
    });
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        // It stays on this machine: compressing it would only take the laps' time.
        .insert_header((CONTENT_ENCODING, "identity"))
        .streaming(pieces)
}

async fn find(run: &str, site: &web::Data<Site>) -> Option<(SavedOutput, String)> {
    // The name is a number, by which a file is looked up; no path is made of it.
    let run = RunId(run.parse().ok()?);
    site.outputs.settle(run).await;
    let outputs = site.outputs.clone();
    web::block(move || outputs.find(run)).await.ok().flatten()
}

fn nothing_saved(request: &HttpRequest) -> HttpResponse {
    let sentence = "The output of this run is not saved: it printed nothing, it is one of older runs, or the workspace \
                    can't be written.";
    refusal(request.path(), StatusCode::NOT_FOUND, sentence, &nonce(request), false)
}

async fn socket(
    request: HttpRequest,
    body: web::Payload,
    app: web::Data<session::App>,
) -> actix_web::Result<HttpResponse> {
    session::open(&request, body, app).unwrap_or_else(|full| Ok(crowded(&request, &full)))
}

/// There are as many pages as may be connected.
fn crowded(request: &HttpRequest, full: &session::Full) -> HttpResponse {
    let mut response =
        refusal(request.path(), StatusCode::TOO_MANY_REQUESTS, &full.to_string(), &nonce(request), false);
    response.headers_mut().insert(RETRY_AFTER, full.retry_after().into());
    response
}

/// For a page that has lost its connection: whether the runner is there, still lets it in, and has room for it.
async fn here(request: HttpRequest, app: web::Data<session::App>) -> HttpResponse {
    match app.room.look() {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(full) => crowded(&request, &full),
    }
}

/// The same messages as a stream of events, for a browser that gets no WebSocket.
async fn events(request: HttpRequest, app: web::Data<session::App>) -> HttpResponse {
    match session::stream(&request, app) {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => failure(&request, &error, "Reload the page."),
        Err(full) => crowded(&request, &full),
    }
}

/// What the page of a stream of events says.
async fn message(
    request: HttpRequest,
    connection: web::Path<String>,
    messages: web::Json<Vec<String>>,
    app: web::Data<session::App>,
) -> HttpResponse {
    match session::hear(&app, &connection, &messages).await {
        Ok(()) => HttpResponse::NoContent().finish(),
        Err(sentence) => refusal(request.path(), StatusCode::GONE, sentence, &nonce(&request), false),
    }
}

/// The response to what can't be done, with what to do; the error is told to the log.
pub fn failure(request: &HttpRequest, error: &dyn Display, next: &str) -> HttpResponse {
    gate::failure(request.path(), &nonce(request), error, next)
}

/// The nonce that the gate gave this response.
pub fn nonce(request: &HttpRequest) -> Nonce {
    request.extensions().get().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_table_is_nobodys() {
        for (path, expected) in [
            ("/healthz", Some(Access::Public)),
            ("/assets/style-0.css", Some(Access::Public)),
            ("/slide/01-one-lock", Some(Access::Page)),
            ("/notebook", Some(Access::Page)),
            ("/notebook/", None),
            ("/api/deck", Some(Access::Api)),
            ("/healthz/", None),
            ("/healthzz", None),
            ("/assets", None),
            ("/%61ssets/x", None),
            ("//assets/x", None),
            ("/api/deck/", None),
        ] {
            assert_eq!(access(path), expected, "{path}");
        }
    }
}
