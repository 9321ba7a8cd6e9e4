use serde_json::json;

use crate::harness::Bench;

#[tokio::test]
async fn what_can_t_be_fetched_later_is_said_and_can_be_tried_again() {
    let bench = Bench::open().await;
    bench.find(".connection[data-state=open]").await;
    let tools = bench.driver.cdp();
    tools.send_raw("Network.enable", json!({})).await.unwrap();
    // What is kept from the first slide would not be fetched again.
    tools.send_raw("Network.setCacheDisabled", json!({"cacheDisabled": true})).await.unwrap();
    tools.send_raw("Network.setBlockedURLs", json!({"urls": ["*split_late.wasm"]})).await.unwrap();
    bench.go("04-count-primes").await;
    bench.write("ITEMS = [1]\n\ndef work(item):\n    print('printed')\n    return item\n").await;
    bench.choose(&["sequential"], &["1"]).await;
    bench.run().await;
    // All that is needed to run is there without it.
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    assert_eq!(bench.lines().await, ["printed"]);
    bench.find_text("[data-cell=primes] .results .late[role=alert]", "Could not load the charts").await;
    for (width, height, colours) in [(1280, 720, "light"), (390, 844, "dark")] {
        bench.view(width, height, colours).await;
        bench.picture(&format!("late-{width}")).await;
    }
    // The browser says so, too: that is no mistake of the page.
    bench.driver.browser_log().await.unwrap();

    tools.send_raw("Network.setBlockedURLs", json!({"urls": []})).await.unwrap();
    bench.find("[data-cell=primes] .results .late button").await.click().await.unwrap();
    bench.find("[data-cell=primes] figure[data-chart=lanes]").await;
    bench.find_text("[data-cell=primes] .laps tbody tr", "1 task").await;
    assert_eq!(bench.texts(".late").await, Vec::<String>::new());
    bench.close().await;
}
