//! Figures to quote: the load generator beside `oha`, which must be on the path (`cargo install oha`):
//! `cargo test --release -p runner --test it -- --ignored --nocapture generator`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::thread;
use std::time::Duration;

use load::Load;
use shared::{LoadPlan, Nanos, Pace};

const CONNECTIONS: u32 = 64;
const ROUNDS: u32 = 5;

/// Answers every request after so long, on a thread for each connection.
fn server(after: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut read = [0; 4096];
                // Requests are small, and come one after the other.
                while stream.read(&mut read).is_ok_and(|count| count > 0) {
                    // As a database would; to sleep for no time at all takes time, too.
                    if !after.is_zero() {
                        thread::sleep(after);
                    }
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
                    if stream.write_all(answer).is_err() {
                        break;
                    }
                }
            });
        }
    });
    address
}

/// Requests a second, p50 and p99 in microseconds.
fn oha(server: SocketAddr, rate: u32) -> [f64; 3] {
    let mut command = Command::new("oha");
    command.args(["-q", &rate.to_string(), "-z", "5s", "-c", &CONNECTIONS.to_string(), "--latency-correction"]);
    command.args(["--no-tui", "--output-format", "json", &format!("http://{server}/")]);
    let said: serde_json::Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    let at = |pointer: &str| said.pointer(pointer).and_then(serde_json::Value::as_f64).unwrap();
    [at("/summary/requestsPerSec"), at("/latencyPercentiles/p50") * 1e6, at("/latencyPercentiles/p99") * 1e6]
}

async fn ours(server: SocketAddr, rate: u32) -> [f64; 3] {
    let pace = Pace::Open { rate, connections: CONNECTIONS };
    let plan = LoadPlan { pace, warm_up: Nanos(0), ..LoadPlan::usual() };
    let report = Load::start(server, &plan, drop).unwrap().report().await.unwrap();
    let all = report.latencies.unwrap();
    [report.throughput(), all.p50.0 as f64 / 1e3, all.p99.0 as f64 / 1e3]
}

#[tokio::test]
#[ignore = "a measurement"]
async fn it_agrees_with_oha() {
    // What answers at once shows the generators more than itself.
    for (after, rate) in [(2, 200), (10, 200), (10, 1_000), (2, 1_000), (0, 500), (0, 2_000), (0, 10_000)] {
        let server = server(Duration::from_millis(after));
        println!("{rate}/s of a server that answers after {after} ms:");
        for round in 1..=ROUNDS {
            let [answers, p50, p99] = oha(server, rate);
            println!("{rate}/s, round {round}, oha:  {answers:.0} answers/s, p50 {p50:.0} us, p99 {p99:.0} us");
            let [answers, p50, p99] = ours(server, rate).await;
            println!("{rate}/s, round {round}, ours: {answers:.0} answers/s, p50 {p50:.0} us, p99 {p99:.0} us");
        }
    }
}
