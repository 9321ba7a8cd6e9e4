use crate::harness::Bench;

/// Eight pieces of about 30 ms each, so that every lap is seen to grow.
const QUICK: &str = "\
ITEMS = [200_000] * 8

def work(item):
    total = 0
    for number in range(item * 3):
        total += number & 3
    return total
";

#[tokio::test]
async fn an_edited_exercise_races_in_every_mode_while_the_charts_grow() {
    let bench = Bench::at_primes().await;
    bench.write(QUICK).await;
    bench.choose(&["sequential", "threads", "subinterpreters", "processes"], &["1", "2"]).await;
    bench.cell().await.send_keys(thirtyfour::Key::Shift + thirtyfour::Key::Enter).await.unwrap();
    bench.phase("running").await;
    let mut seen = vec![];
    while bench.driver.find(thirtyfour::By::Css(".cell[data-cell=primes][data-phase=ended]")).await.is_err() {
        seen.push(bench.chart("lanes", "data-spans").await);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    let laps = 1 + 3 * 2;
    assert_eq!(bench.chart("lanes", "data-spans").await, 8 * laps);
    assert_eq!(bench.chart("speed-up", "data-points").await, 6);
    seen.dedup();
    assert!(
        seen.iter().filter(|&&spans| spans > 0 && spans < 8 * laps).count() >= 2,
        "the lanes grew in jumps: {seen:?}"
    );
    for chart in ["lanes", "speed-up"] {
        let caption = bench.find(&format!("figure[data-chart={chart}] figcaption")).await.text().await.unwrap();
        assert!(caption.len() > 20, "{chart} is not put into words: {caption}");
    }
    bench.close().await;
}

#[tokio::test]
async fn the_starter_fails_its_check_with_the_learner_s_sentence_and_the_solution_passes() {
    let bench = Bench::at_primes().await;
    bench.choose(&["subinterpreters"], &["2"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    let verdict = bench.find(".verdict[data-verdict=failed]").await.text().await.unwrap();
    assert!(verdict.contains("piece"), "{verdict}");

    bench.write(include_str!("../../../exercises/primes/solution.py")).await;
    bench.run().await;
    bench.find(".verdict[data-verdict=passed]").await;
    bench.close().await;
}

#[tokio::test]
async fn output_carries_its_worker() {
    let bench = Bench::at_primes().await;
    bench
        .write("import time\nITEMS = range(6)\n\ndef work(item):\n    time.sleep(0.05)\n    print('item', item)\n")
        .await;
    bench.choose(&["threads", "subinterpreters", "processes"], &["2"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    for lap in 0..3 {
        let mut items = 0;
        for worker in 0..2 {
            let selector = format!("[role=log] .line[data-lap='{lap}'][data-worker='{worker}']");
            let lines = bench.driver.find_all(thirtyfour::By::Css(selector)).await.unwrap();
            assert!(!lines.is_empty(), "lap {lap}: nothing from worker {worker}");
            items += lines.len();
        }
        assert_eq!(items, 6, "lap {lap}");
    }
    bench.close().await;
}
