//! Figures to quote, not to pass or fail: `cargo test --release -p load --test it -- --ignored --nocapture
//! --test-threads=1`. The second needs `oha` on the path (`cargo install oha`).

use std::process::Command;
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

/// Requests a second, p50 and p99 in seconds, by oha.
fn oha(address: &str, rate: u32) -> [f64; 3] {
    let mut command = Command::new("oha");
    command.args(["-q", &rate.to_string(), "-z", "5s", "-c", "64", "--latency-correction", "--no-tui"]);
    let output = command.args(["--output-format", "json", address]).output().unwrap();
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let at = |pointer: &str| said.pointer(pointer).and_then(serde_json::Value::as_f64).unwrap();
    [at("/summary/requestsPerSec"), at("/latencyPercentiles/p50"), at("/latencyPercentiles/p99")]
}

#[tokio::test]
#[ignore = "a measurement"]
async fn it_agrees_with_oha() {
    let server = at_once();
    for rate in [1_000, 5_000] {
        for round in 1..=5 {
            let [throughput, p50, p99] = oha(&format!("http://{server}/"), rate);
            println!(
                "{rate}/s, round {round}, oha: {throughput:.0} requests/s, p50 {:.0} us, p99 {:.0} us",
                p50 * 1e6,
                p99 * 1e6
            );
            println!("{rate}/s, round {round}, ours: {}", words(&report(server, &long(rate, 64)).await));
        }
    }
}
