//! A cell that defines `app`: served in each mode, and put under load.

use crate::harness::Bench;

const SERVICE: &str = r#"
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"#;

#[tokio::test]
async fn a_service_is_served_and_asked_in_every_chosen_mode() {
    let bench = Bench::at_primes().await;
    bench.write(SERVICE).await;
    bench.choose(&["threads", "subinterpreters"], &["2"]).await;
    bench.run().await;
    bench.find_text("[data-cell=primes] .progress .words", "answers/s").await;
    bench.picture("service-running").await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    let rows = bench.texts("[data-cell=primes] .laps tbody tr").await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows.iter().all(|row| row.contains("answers/s, p50 ") && !row.contains("failed")), "{rows:?}");
    bench.find_text("[data-cell=primes] .remarks", "as many answers a second as ").await;
    for (name, width, height, colours) in [("wide", 1280, 720, "light"), ("phone", 390, 844, "dark")] {
        bench.view(width, height, colours).await;
        bench.picture(&format!("service-{name}")).await;
        assert!(bench.page_width().await <= width, "too wide at {width}");
    }
    bench.close().await;
}
