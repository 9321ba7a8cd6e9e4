//! Figures to look at, not to rely on: a machine that is busy has others.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::http::Client;
use super::{FLASK, serve, serving};

/// So long each figure is measured.
const FOR: Duration = Duration::from_secs(2);

/// Latencies in milliseconds of one client that asks again and again.
fn ask(client: &mut Client, path: &str) -> Vec<f64> {
    let began = Instant::now();
    let mut latencies = Vec::new();
    while began.elapsed() < FOR {
        let asked = Instant::now();
        assert_eq!(client.get(path).status, 200);
        latencies.push(asked.elapsed().as_secs_f64() * 1e3);
    }
    latencies.sort_by(f64::total_cmp);
    latencies
}

fn by_two(address: SocketAddr, paths: [&'static str; 2]) -> [Vec<f64>; 2] {
    let threads = paths.map(|path| {
        let mut client = Client::connect(address);
        std::thread::spawn(move || ask(&mut client, path))
    });
    threads.map(|thread| thread.join().unwrap())
}

#[test]
#[ignore = "only prints what it measures"]
fn throughput_and_the_convoy() {
    let source = format!(
        "{FLASK}\n@app.get('/long')\ndef long():\n    until = time.thread_time() + 0.5\n    while time.thread_time() < until: pass\n    return ''\n"
    );
    for mode in serving() {
        serve(&source, mode, |address| {
            let [one, other] = by_two(address, ["/", "/"]);
            let small = (one.len() + other.len()) as f64 / FOR.as_secs_f64();
            let [one, other] = by_two(address, ["/spin", "/spin"]);
            let spun = (one.len() + other.len()) as f64 / FOR.as_secs_f64();
            let alone = ask(&mut Client::connect(address), "/");
            // Worker 1 has its turn: the neighbour spins there, and the next client is worker 0's.
            let [_, beside] = by_two(address, ["/long", "/"]);
            let median = |latencies: &[f64]| latencies[latencies.len() / 2];
            println!(
                "{mode}: {small:.0} small requests/s, {spun:.1} of 50 ms/s; median of a small one {:.2} ms alone, {:.2} ms \
                 beside a long one",
                median(&alone),
                median(&beside)
            );
        });
    }
}
