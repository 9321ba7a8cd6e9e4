use thirtyfour::prelude::*;

use crate::harness::Bench;

/// What has the focus: its tag and its text.
async fn focused(bench: &Bench) -> (String, String) {
    let script = "const it = document.activeElement; return [it.tagName.toLowerCase(), it.textContent.trim()]";
    bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

async fn is_open(bench: &Bench) -> bool {
    let script = "return document.querySelector('dialog[aria-labelledby=checkup-title]').open";
    bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

#[tokio::test]
async fn the_doctor_opens_by_keyboard_says_ready_and_closes() {
    let bench = Bench::open().await;
    bench.find(".connection[data-state=open]").await;
    let path = bench.driver.current_url().await.unwrap().path().to_owned();
    let button = bench.find("#tools button.doctor").await;
    button.focus().await.unwrap();
    button.send_keys(Key::Enter + "").await.unwrap();
    bench.find("dialog[aria-labelledby=checkup-title][data-state=ready]").await;
    bench.wait("the dialog to open", async || is_open(&bench).await).await;
    assert_eq!(focused(&bench).await, ("button".into(), "Close".into()));
    bench.find_text(".checkup .summary", "This machine is ready").await;
    bench.find_text(".findings li[data-level=good]", "has a kernel").await;
    bench.find_text(".findings li[data-level=good]", "can be used").await;
    for shown in bench.texts(".findings li").await {
        assert!(["✓", "–", "!", "✗"].iter().any(|sign| shown.starts_with(sign)), "only colour says it: {shown}");
    }

    // What is behind doesn't get the keys.
    bench.driver.active_element().await.unwrap().send_keys(Key::Right + "").await.unwrap();
    assert_eq!(bench.driver.current_url().await.unwrap().path(), path);
    bench.driver.active_element().await.unwrap().send_keys(Key::Escape + "").await.unwrap();
    bench.wait("the dialog to close", async || !is_open(&bench).await).await;
    assert!(focused(&bench).await.1.contains("Is my machine ready?"), "{:?}", focused(&bench).await);
    bench.close().await;
}

#[tokio::test]
async fn a_greyed_mode_has_its_reason_and_is_left_out_of_the_run() {
    let bench = Bench::at_primes().await;
    let greyed = "[data-cell=primes] input[name=mode]:disabled";
    let Ok(input) = bench.driver.find(By::Css(greyed)).await else {
        crate::harness::skipped("every mode can be executed here.");
        return bench.close().await;
    };
    assert_eq!(input.value().await.unwrap().as_deref(), Some("free-threaded"));
    bench.press("Why is Free-threaded not available?").await;
    bench.find_text("[data-cell=primes] .picker-note.reason:not([hidden])", "uv python install 3.14t").await;
    bench.picture("why").await;
    bench.write("ITEMS = [1]\n\ndef work(item):\n    return item\n").await;
    bench.choose(&["sequential", "free-threaded"], &["1"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    assert_eq!(bench.texts("[data-cell=primes] .laps tbody tr").await.len(), 1);
    bench.close().await;
}

#[tokio::test]
async fn a_run_uses_the_build_that_was_chosen() {
    let bench = Bench::at_primes().await;
    let options = "[data-cell=primes] select[name=build] option";
    let Ok(option) = bench.driver.find(By::Css(format!("{options}:nth-child(2)"))).await else {
        crate::harness::skipped("there is only one Python with a kernel. `cargo xtask kernels --all` builds more.");
        return bench.close().await;
    };
    assert!(bench.texts(options).await[0].ends_with(", preferred"), "{:?}", bench.texts(options).await);
    bench.write("import sys\nITEMS = [1]\n\ndef work(item):\n    print(sys.version.split()[0])\n").await;
    bench.choose(&["sequential"], &["1"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    let preferred = bench.lines().await;
    assert!(bench.texts(options).await[0].contains(&preferred[0]), "{preferred:?}");

    // The risk of an old one is said, if there is one.
    let old = bench.driver.find_all(By::Css(options)).await.unwrap().pop().expect("there are two");
    old.click().await.unwrap();
    bench.choose(&["sequential", "subinterpreters"], &["1"]).await;
    if old.text().await.unwrap().contains("CPython 3.12") {
        bench.find_text("[data-cell=primes] .picker-note.risk:not([hidden])", "On CPython 3.12").await;
    }
    bench.picture("build").await;
    bench.choose(&["sequential"], &["1"]).await;

    let name = option.text().await.unwrap();
    option.click().await.unwrap();
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    let chosen = bench.lines().await;
    assert!(name.contains(&chosen[0]) && chosen != preferred, "{name}: {chosen:?}");
    bench.close().await;
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused_before_it_is_sent() {
    let bench = Bench::at_primes().await;
    bench.write(&format!("# {}\nprint('run')\n", "x".repeat(600 * 1024))).await;
    bench.press("Run").await;
    bench.find_text("[data-cell=primes] .refusal", "512").await;
    let runs = bench.find(".cell[data-cell=primes]").await.attr("data-run").await.unwrap();
    assert_eq!(runs.as_deref(), Some("0"), "it was run");
    bench.close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn without_a_network_the_page_works_says_so_and_can_try_again() {
    let data = tempfile::tempdir().unwrap();
    let kernels = runner::config::data().unwrap().join("kernels");
    std::os::unix::fs::symlink(kernels, data.path().join("kernels")).unwrap();
    // Nobody listens there, and no other place is named.
    let empty = data.path().join("none").display().to_string();
    let bench = Bench::open_with(&[
        ("VIRGIL_DATA", &data.path().display().to_string()),
        ("PIP_INDEX_URL", "http://127.0.0.1:9/"),
        ("PIP_EXTRA_INDEX_URL", ""),
        ("PIP_FIND_LINKS", &empty),
        ("PIP_CONFIG_FILE", "/dev/null"),
        ("PIP_NO_CACHE_DIR", "1"),
        ("NO_PROXY", "127.0.0.1"),
        ("no_proxy", "127.0.0.1"),
    ])
    .await;
    for round in ["first", "second"] {
        bench.find_text(".notice.failed:not([hidden]) p", "no way to the package index").await;
        for (name, width, height, colours) in [("wide", 1280, 720, "light"), ("phone", 390, 844, "dark")] {
            bench.view(width, height, colours).await;
            bench.picture(&format!("offline-{round}-{name}")).await;
        }
        bench.find(".notice.failed:not([hidden]) button").await.click().await.unwrap();
        bench.find_text(".notice.passing:not([hidden]) p", "Installing packages").await;
        let script = "return getComputedStyle(document.querySelector('.notice.passing')).position";
        let position: String = bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap();
        assert_eq!(position, "fixed", "what comes and goes by itself moves nothing that is being read");
    }
    bench.close().await;
}
