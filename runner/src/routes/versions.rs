//! Earlier texts of the cells.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use shared::CellId;

use super::{nonce, refusal};
use crate::server::Site;

/// Which versions of a cell there are.
pub async fn list(request: HttpRequest, cell: web::Path<String>, site: web::Data<Site>) -> HttpResponse {
    let (workshop, cell) = (site.workshop.clone(), CellId(cell.into_inner()));
    // The name is looked up among those of the deck before any path is made of it.
    match web::block(move || workshop.versions(&cell)).await {
        Ok(Some(versions)) => HttpResponse::Ok().json(versions),
        Ok(None) | Err(_) => none(&request),
    }
}

/// The text of one of them, named `cell/microseconds`.
pub async fn text(request: HttpRequest, version: web::Path<String>, site: web::Data<Site>) -> HttpResponse {
    let named = version.rsplit_once('/').and_then(|(cell, at)| Some((CellId(cell.to_owned()), at.parse().ok()?)));
    let Some((cell, at)) = named else { return none(&request) };
    let workshop = site.workshop.clone();
    match web::block(move || workshop.version(&cell, at)).await {
        Ok(Some(text)) => HttpResponse::Ok().json(text),
        Ok(None) | Err(_) => none(&request),
    }
}

fn none(request: &HttpRequest) -> HttpResponse {
    let sentence = "There is no such version: it is one of older ones, of which the last 20 are kept.";
    refusal(request.path(), StatusCode::NOT_FOUND, sentence, &nonce(request), false)
}
