use crate::harness::Bench;

const LANES: &str = "[data-cell=primes] figure[data-chart=lanes]";

/// Every task waits until there is a file with its number.
fn gated(bench: &Bench) -> String {
    format!(
        "\
import os, time

GATES = {:?}
ITEMS = range(4)

def work(item):
    while not os.path.exists(f'{{GATES}}/{{item}}'):
        time.sleep(0.005)
",
        bench.workspace.to_str().unwrap()
    )
}

/// Lets a task end, and waits until the page has heard of it.
async fn pass(bench: &Bench, task: usize) {
    std::fs::write(bench.workspace.join(task.to_string()), "").unwrap();
    bench.wait("a task to be done", async || bench.chart("lanes", "data-spans").await > task).await;
}

async fn scroll(bench: &Bench, script: &str) {
    bench.driver.execute(script, vec![]).await.unwrap();
}

#[tokio::test]
async fn what_nobody_sees_is_not_drawn_while_a_lap_is_measured() {
    let bench = Bench::at_primes().await;
    bench.write(&gated(&bench)).await;
    bench.choose(&["sequential"], &["1"]).await;
    bench.run().await;
    // The line under the lanes is made whenever they are drawn.
    let said = async || bench.texts(&format!("{LANES} figcaption")).await.concat();
    let done = |tasks: usize| format!("{tasks} of 4 tasks done");
    bench.find(LANES).await;
    scroll(&bench, "document.querySelector('[data-cell=primes] figure[data-chart=lanes]').scrollIntoView()").await;
    pass(&bench, 0).await;
    bench.find_text(&format!("{LANES} figcaption"), &done(1)).await;

    bench.view(1280, 200, "light").await;
    scroll(&bench, "window.scrollTo(0, 0)").await;
    let below = "return document.querySelector('[data-cell=primes] figure[data-chart=lanes] .canvas').getBoundingClientRect().top > innerHeight";
    assert!(bench.driver.execute(below, vec![]).await.unwrap().convert::<bool>().unwrap(), "the lanes are in sight");
    pass(&bench, 1).await;
    let unseen = said().await;
    pass(&bench, 2).await;
    assert_eq!(said().await, unseen, "drawn though nobody saw it");
    assert!(!unseen.contains(&done(3)), "{unseen}");

    // They are drawn as soon as they are seen, though the lap goes on.
    scroll(&bench, "document.querySelector('[data-cell=primes] figure[data-chart=lanes]').scrollIntoView()").await;
    bench.find_text(&format!("{LANES} figcaption"), &done(3)).await;

    // And what came of it is drawn whether it is seen or not.
    scroll(&bench, "window.scrollTo(0, 0)").await;
    pass(&bench, 3).await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.wait("the end to be drawn", async || !said().await.contains("tasks done")).await;
    bench.close().await;
}
