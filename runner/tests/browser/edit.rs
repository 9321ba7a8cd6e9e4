use crate::harness::Bench;

#[tokio::test]
async fn what_is_typed_is_saved_as_a_plain_file_and_survives_a_reload() {
    let bench = Bench::at_primes().await;
    bench.write("# mine\nprint('kept')\n").await;
    bench.cell().await.send_keys("# typed by hand").await.unwrap();
    bench.find(".save-state[data-state=saved]").await;
    let file = bench.workspace.join("primes.py");
    let deadline = tokio::time::Instant::now() + crate::harness::PATIENCE;
    while !std::fs::read_to_string(&file).unwrap_or_default().contains("typed by hand") {
        assert!(tokio::time::Instant::now() < deadline, "never saved");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    bench.driver.refresh().await.unwrap();
    bench.cell().await;
    assert!(bench.text().await.contains("typed by hand"), "{}", bench.text().await);
    bench.close().await;
}

#[tokio::test]
async fn reset_brings_the_starter_back_and_can_be_undone() {
    let bench = Bench::at_primes().await;
    let starter = bench.text().await;
    bench.write("# mine\n").await;
    bench.press("Reset").await;
    assert_eq!(bench.text().await, starter);
    bench.press("Undo reset").await;
    assert_eq!(bench.text().await.trim(), "# mine");
    bench.close().await;
}
