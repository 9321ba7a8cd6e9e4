use std::time::Duration;

use crate::harness::Bench;
use crate::wire::Wire;

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

#[tokio::test]
async fn a_cut_network_in_mid_run_loses_nothing() {
    let wire = Wire::open().await;
    let bench = Bench::open_through(&wire).await;
    bench.go("04-count-primes").await;
    bench
        .write("import time\nITEMS = range(80)\n\ndef work(item):\n    time.sleep(0.05)\n    print('line', item)\n")
        .await;
    bench.choose(&["sequential"], &["1"]).await;
    bench.run().await;
    bench.find_text("[role=log] .line", "line 5").await;
    wire.cut();
    bench.find("[data-cell=primes][data-phase=running]").await;
    bench.find(".connection:not([data-state=open])").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let shown = bench.lines().await.len();
    assert!(shown < 60, "nothing was cut: {shown} lines are shown");
    wire.mend();
    bench.find(".connection[data-state=open]").await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    let expected: Vec<String> = (0..80).map(|item| format!("line {item}")).collect();
    assert_eq!(bench.lines().await, expected);
    // The browser complains of the cut: that is no mistake of the page.
    bench.driver.browser_log().await.unwrap();
    bench.close().await;
}
