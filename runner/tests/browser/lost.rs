//! The connection is lost, in every way in which that happens, and comes back by itself.

use thirtyfour::prelude::*;

use crate::harness::Bench;

const CELL: &str = ".cell[data-cell=primes]";

/// The page's sockets are known, and refused once `blocked` is set: as a proxy does that knows no upgrades.
const PROXY: &str = "
    const Real = WebSocket;
    window.sockets = [];
    window.WebSocket = function (address) {
        const socket = new Real(sessionStorage.blocked ? address.replace('/api/socket', '/healthz') : address);
        window.sockets.push(socket);
        return socket;
    };
";

async fn on_disk(bench: &Bench, text: &str) {
    let file = bench.workspace.join("primes.py");
    let holds = async || std::fs::read_to_string(&file).unwrap_or_default().contains(text);
    bench.wait(&format!("`{text}` on disk"), holds).await;
}

fn signal(bench: &Bench, signal: nix::sys::signal::Signal) {
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(bench.runner().cast_signed()), signal).unwrap();
}

#[tokio::test]
async fn a_runner_that_is_stopped_and_started_again_gets_every_edit() {
    let mut bench = Bench::at_primes().await;
    // What comes later is there: it would be missed in the console.
    bench.find(&format!("{CELL} button.recorded")).await;
    bench.write("# one\n").await;
    on_disk(&bench, "# one").await;
    // As a laptop that sleeps: it comes back, and so does what was typed.
    signal(&bench, nix::sys::signal::SIGSTOP);
    bench.write("# while it slept\n").await;
    bench.find_text(&format!("{CELL} .save-reason"), "has not answered yet").await;
    signal(&bench, nix::sys::signal::SIGCONT);
    on_disk(&bench, "# while it slept").await;
    bench.find(&format!("{CELL} .save-state[data-state=saved]")).await;

    bench.stop_runner();
    bench.find(".connection[data-state=waiting]").await;
    let editor = bench.find(&format!("{CELL} .cm-content")).await;
    editor.click().await.unwrap();
    editor.send_keys("# while it was away").await.unwrap();
    bench.find_text(&format!("{CELL} .save-reason"), "kept in this browser").await;
    bench.find_text(".no-connection [role=alert]", "Nothing answers at 127.0.0.1").await;
    bench.find_text(".no-connection .next-try", "Next try in").await;
    for (name, width, height, colours) in
        [("wide-light", 1280, 720, "light"), ("wide-dark", 1280, 720, "dark"), ("phone-light", 390, 844, "light")]
    {
        bench.view(width, height, colours).await;
        bench.picture(&format!("no-connection-{name}")).await;
    }
    bench.view(1280, 720, "light").await;
    let link = bench.start_runner();
    bench.driver.query(By::XPath("//button[.='Try now']")).first().await.unwrap().click().await.unwrap();
    bench.find_text(".no-connection [role=alert]", "open the new link").await;
    let first = bench.driver.window().await.unwrap();
    let second = bench.driver.new_tab().await.unwrap();
    bench.driver.switch_to_window(second).await.unwrap();
    bench.driver.goto(&link).await.unwrap();
    // Whichever tab is first: the browser has kept the edit.
    on_disk(&bench, "# while it was away").await;
    bench.driver.close_window().await.unwrap();
    bench.driver.switch_to_window(first).await.unwrap();
    bench.cell().await;
    bench.find(&format!("{CELL} .save-state[data-state=saved]")).await;
    assert!(bench.text().await.contains("# while it was away"), "{}", bench.text().await);
    bench.close_after(&["ERR_CONNECTION_REFUSED", "401 (Unauthorized)", "WebSocket connection to"]).await;
}

#[tokio::test]
async fn where_web_sockets_are_blocked_the_same_run_goes_on_by_event_stream() {
    let bench = Bench::open().await;
    let script = serde_json::json!({ "source": PROXY });
    bench.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await.unwrap();
    bench.go("04-count-primes").await;
    bench
        .write("import time\nITEMS = range(60)\n\ndef work(item):\n    time.sleep(0.05)\n    print('line', item)\n")
        .await;
    bench.choose(&["sequential"], &["1"]).await;
    bench.run().await;
    bench.find_text("[role=log] .line", "line 5").await;
    let cut = "sessionStorage.blocked = 1; for (const socket of window.sockets) socket.close();";
    bench.driver.execute(cut, vec![]).await.unwrap();
    bench.find(".connection[data-state=open][title*='event stream']").await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    let expected: Vec<String> = (0..60).map(|item| format!("line {item}")).collect();
    bench.wait("every line", async || bench.lines().await.len() == expected.len()).await;
    assert_eq!(bench.lines().await, expected);

    // All else goes that way as well, from the start of a page.
    bench.go("04-count-primes").await;
    bench.find(".connection[data-state=open][title*='event stream']").await;
    bench.write("ITEMS = [1]\n\ndef work(item):\n    print('begun')\n    while True:\n        pass\n").await;
    on_disk(&bench, "begun").await;
    bench.run().await;
    bench.find_text("[role=log] .line", "begun").await;
    bench.press("Stop").await;
    assert_eq!(bench.ending().await, "stopped");
    bench.close_after(&["WebSocket connection to"]).await;
}
