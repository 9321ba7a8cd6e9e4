use crate::harness::Bench;

/// What the browser was sent for a page, in bytes of bodies as they crossed: the document first.
async fn sent(bench: &Bench) -> Vec<(String, u64)> {
    let script = "return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
        .map(entry => [new URL(entry.name).pathname, entry.encodedBodySize])";
    bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

#[tokio::test]
async fn what_is_loaded_stays_within_its_budget() {
    let bench = Bench::open().await;
    // What is kept from the first slide would not be sent again.
    bench.driver.cdp().send_raw("Network.enable", serde_json::json!({})).await.unwrap();
    bench.driver.cdp().send_raw("Network.setCacheDisabled", serde_json::json!({"cacheDisabled": true})).await.unwrap();
    bench.go("04-count-primes").await;
    bench.write("ITEMS = [1]\n\ndef work(item):\n    return item\n").await;
    bench.choose(&["sequential"], &["1"]).await;
    bench.run().await;
    bench.ending().await;
    // What is fetched once the page can be used: the charts and the late views, and the text of the other slides, which
    // is the deck's and no part of the page. The deck itself is needed to be ready.
    let is_text = |name: &str| name == "/api/slides";
    let is_later =
        |name: &str| name.starts_with("/assets/charts-") || name.ends_with("/split_late.wasm") || is_text(name);
    let later = async || sent(&bench).await.into_iter().filter(|(name, _)| is_later(name)).count();
    bench.wait("the rest to be loaded", async || later().await == 3).await;
    let sent = sent(&bench).await;
    let sum =
        |wanted: &dyn Fn(&str) -> bool| sent.iter().filter(|(name, _)| wanted(name)).map(|(_, size)| size).sum::<u64>();
    let readable = sum(&|name| name.starts_with("/slide/") || name.ends_with(".css"));
    let ready = sum(&|name| !is_later(name));
    let is_content = |name: &str| is_text(name) || name == "/api/deck";
    let all = sum(&|name| !is_content(name));
    let text = sum(&is_content);
    println!("readable {readable} B, ready to edit and run {ready} B, in all {all} B, the deck {text} B: {sent:#?}");
    assert!(sent.iter().all(|(_, size)| *size > 0), "not everything is known: {sent:?}");
    assert!(readable < 40_000 && ready < 400_000 && all < 900_000, "{readable}, {ready}, {all}: {sent:?}");
    bench.close().await;
}
