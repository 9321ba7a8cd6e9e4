use std::time::Duration;

use crate::harness::Bench;

#[tokio::test]
async fn a_reload_in_mid_run_loses_nothing() {
    let bench = Bench::at_primes().await;
    bench
        .write("import time\nITEMS = range(80)\n\ndef work(item):\n    time.sleep(0.05)\n    print('line', item)\n")
        .await;
    bench.choose(&["sequential"], &["1"]).await;
    bench.run().await;
    bench.find_text("[role=log] .line", "line 5").await;
    bench.driver.refresh().await.unwrap();
    bench.cell().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    bench.driver.refresh().await.unwrap();
    bench.cell().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    let expected: Vec<String> = (0..80).map(|item| format!("line {item}")).collect();
    assert_eq!(bench.lines().await, expected);
    assert_eq!(bench.chart("lanes", "data-spans").await, 80);
    bench.close().await;
}
