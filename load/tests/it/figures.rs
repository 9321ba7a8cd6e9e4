//! Figures to quote, not to pass or fail: `cargo test --release -p load --test it -- --ignored --nocapture
//! --test-threads=1`.

use std::time::Duration;

use shared::{LoadPlan, LoadReport, Nanos};

use crate::harness::{nanos, open, report};
use crate::server::at_once;

fn long(rate: u32, connections: u32) -> LoadPlan {
    let (warm_up, duration) = (nanos(Duration::from_secs(1)), nanos(Duration::from_secs(5)));
    LoadPlan { warm_up, duration, timeout: nanos(Duration::from_secs(5)), ..open(rate, connections) }
}

fn words(report: &LoadReport) -> String {
    let all = report.latencies.unwrap();
    let micros = |time: Nanos| time.0 as f64 / 1e3;
    format!(
        "{:.0} requests/s, {} failed, p50 {:.0} us, p99 {:.0} us, p99.9 {:.0} us, lateness p99 {:.0} us, {:.2} of a core",
        report.throughput(),
        report.failed(),
        micros(all.p50),
        micros(all.p99),
        micros(all.p999),
        micros(report.lateness),
        report.cpu.unwrap().seconds() / 6.0
    )
}

#[tokio::test]
#[ignore = "a measurement"]
async fn it_sustains_a_rate() {
    let server = at_once();
    for rate in [1_000, 5_000, 10_000, 20_000, 30_000, 40_000] {
        println!("{rate}/s over 64 connections: {}", words(&report(server, &long(rate, 64)).await));
    }
}
