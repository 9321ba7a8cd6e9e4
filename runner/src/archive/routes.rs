//! What the page can ask of the kept runs. A cell or a run is looked up by its name among those that are there; no
//! path is made of what was sent. Nothing here executes anything.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use shared::{CellId, KeptRuns, RunChange, RunId};

use super::{Keeper, MOST_IMPORTED};
use crate::recording::Recording;
use crate::routes::{failure, nonce, refusal};
use crate::server::Site;

/// What is said of an imported file.
#[derive(Deserialize)]
pub struct Sent {
    /// What it is called where it comes from.
    #[serde(default)]
    name: String,
}

/// The kept runs of a cell.
pub async fn list(request: HttpRequest, cell: web::Path<String>, site: web::Data<Site>) -> HttpResponse {
    match known(&cell, &site) {
        Ok(cell) => answer(&request, &of(&site.archive, &cell).await),
        Err(sentence) => refuse(&request, StatusCode::NOT_FOUND, sentence),
    }
}

/// All of a run.
pub async fn whole(request: HttpRequest, run: web::Path<String>, site: web::Data<Site>) -> HttpResponse {
    let archive = site.archive.archive.clone();
    let Ok(run) = run.parse().map(RunId) else { return refuse(&request, StatusCode::NOT_FOUND, no_run()) };
    site.archive.settle().await;
    match web::block(move || archive.whole(run)).await {
        Ok(Ok(whole)) => answer(&request, &whole),
        Ok(Err(sentence)) => refuse(&request, StatusCode::NOT_FOUND, sentence),
        Err(_) => failure(&request, &"the work was interrupted", "Try again."),
    }
}

/// All of a cell's recorded run.
pub async fn recorded(request: HttpRequest, cell: web::Path<String>, site: web::Data<Site>) -> HttpResponse {
    let content = site.workshop.content();
    match content.recordings.get(&CellId(cell.into_inner())).map(Recording::whole) {
        Some(Ok(whole)) => answer(&request, &whole),
        Some(Err(sentence)) => failure(&request, &sentence, "The other slides are not affected."),
        None => refuse(&request, StatusCode::NOT_FOUND, "This cell has no recorded run.".into()),
    }
}

/// The file of a run, to be taken elsewhere.
pub async fn export(request: HttpRequest, run: web::Path<String>, site: web::Data<Site>) -> HttpResponse {
    let archive = site.archive.archive.clone();
    let Ok(run) = run.parse().map(RunId) else { return refuse(&request, StatusCode::NOT_FOUND, no_run()) };
    site.archive.settle().await;
    match web::block(move || archive.export(run)).await {
        Ok(Ok((name, bytes))) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((CONTENT_TYPE, "application/octet-stream"))
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
            .insert_header((CONTENT_ENCODING, "identity"))
            .body(bytes),
        Ok(Err(sentence)) => refuse(&request, StatusCode::NOT_FOUND, sentence),
        Err(_) => failure(&request, &"the work was interrupted", "Try again."),
    }
}

/// Does what was asked for with a run, and answers with the list that it is in.
pub async fn change(request: HttpRequest, asked: web::Json<RunChange>, site: web::Data<Site>) -> HttpResponse {
    let (archive, RunChange { run, what }) = (site.archive.archive.clone(), asked.into_inner());
    site.archive.settle().await;
    match web::block(move || archive.change(run, &what)).await {
        Ok(Ok(cell)) => answer(&request, &of(&site.archive, &cell).await),
        Ok(Err(sentence)) => refuse(&request, StatusCode::CONFLICT, sentence),
        Err(_) => failure(&request, &"the work was interrupted", "Try again."),
    }
}

/// Keeps a run from somebody's file, and answers with what is known of it.
pub async fn import(
    request: HttpRequest,
    cell: web::Path<String>,
    sent: web::Query<Sent>,
    mut body: web::Payload,
    site: web::Data<Site>,
) -> HttpResponse {
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await {
        match piece {
            Ok(piece) if bytes.len() + piece.len() <= MOST_IMPORTED => bytes.extend_from_slice(&piece),
            Ok(_) => {
                let most = MOST_IMPORTED / (1024 * 1024);
                let sentence = format!("The file is longer than {most} MB: no run that Virgil keeps is so long.");
                return refuse(&request, StatusCode::PAYLOAD_TOO_LARGE, sentence);
            }
            Err(_) => return refuse(&request, StatusCode::BAD_REQUEST, "The file was cut off: try again.".into()),
        }
    }
    let cell = match known(&cell, &site) {
        Ok(cell) => cell,
        Err(sentence) => return refuse(&request, StatusCode::NOT_FOUND, sentence),
    };
    let (archive, name) = (site.archive.archive.clone(), sent.into_inner().name);
    match web::block(move || archive.import(&cell, &name, &bytes)).await {
        Ok(Ok(kept)) => answer(&request, &kept),
        Ok(Err(sentence)) => refuse(&request, StatusCode::UNPROCESSABLE_ENTITY, sentence),
        Err(_) => failure(&request, &"the work was interrupted", "Try again."),
    }
}

/// Those of a cell that are over.
async fn of(keeper: &Keeper, cell: &CellId) -> KeptRuns {
    keeper.settle().await;
    let mut kept = keeper.archive.of(cell);
    kept.runs.retain(|run| keeper.is_over(run.ticket.id));
    kept
}

fn known(cell: &str, site: &Site) -> Result<CellId, String> {
    let cell = CellId(cell.to_owned());
    site.workshop.check_name(&cell).map(|()| cell)
}

/// A value for the page that it must not keep, in postcard's encoding.
pub fn answer(request: &HttpRequest, value: &impl Serialize) -> HttpResponse {
    match postcard::to_allocvec(value) {
        Ok(bytes) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((CONTENT_TYPE, "application/octet-stream"))
            .body(bytes),
        Err(error) => failure(request, &error, "Reload the page."),
    }
}

fn refuse(request: &HttpRequest, status: StatusCode, sentence: String) -> HttpResponse {
    refusal(request.path(), status, &sentence, &nonce(request), false)
}

fn no_run() -> String {
    "There is no such run: open the list again.".into()
}
