//! Plans, and what comes of them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use load::Load;
use shared::{LoadPlan, LoadProgress, LoadReport, LoadRequest, Nanos, Pace};

pub fn nanos(time: Duration) -> Nanos {
    Nanos(time.as_nanos() as u64)
}

/// A second of `GET /` without a warm-up; an answer may take half of that.
pub fn plan(pace: Pace) -> LoadPlan {
    LoadPlan {
        pace,
        warm_up: Nanos(0),
        duration: nanos(Duration::from_secs(1)),
        timeout: nanos(Duration::from_millis(500)),
        keep_alive: true,
        seed: 1,
        mix: vec![LoadRequest::get("/", 1)],
        neighbour: None,
    }
}

pub fn open(rate: u32, connections: u32) -> LoadPlan {
    plan(Pace::Open { rate, connections })
}

pub fn closed(clients: u32) -> LoadPlan {
    plan(Pace::Closed { clients })
}

/// The report of a whole load, and what was told meanwhile.
pub async fn watched(server: SocketAddr, plan: &LoadPlan) -> (LoadReport, Vec<LoadProgress>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let keep = told.clone();
    let mut load = Load::start(server, plan, move |progress| keep.lock().unwrap().push(progress)).unwrap();
    let report = load.report().await.unwrap();
    (report, std::mem::take(&mut *told.lock().unwrap()))
}

pub async fn report(server: SocketAddr, plan: &LoadPlan) -> LoadReport {
    watched(server, plan).await.0
}
