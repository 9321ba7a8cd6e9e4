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

/// A deck of one exercise, which is a service that asks beside a neighbour.
fn deck() -> tempfile::TempDir {
    let deck = tempfile::tempdir().unwrap();
    let [starter, solution] = ["nothing", "hello"].map(spoken);
    let files = [
        ("slides/deck.toml", "title = \"One service\"\n[[section]]\ntitle = \"Serve\"\nminutes = 1\n"),
        (
            "slides/04-count-primes.md",
            "+++\ntitle = \"Serve\"\nsection = \"Serve\"\nminutes = 1\n+++\n\n# Serve\n\nWhat you run has your user's rights.\n\n```exercise primes\n```\n",
        ),
        (
            "exercises/primes/exercise.toml",
            "title = \"Serve\"\nminutes = 1\nmodes = [\"threads\", \"processes\"]\nworkers = [2]\n\
             hints = [\"One.\", \"Two.\"]\n[[step]]\ntext = \"Run it.\"\n",
        ),
        ("exercises/primes/starter.py", starter.as_str()),
        ("exercises/primes/solution.py", solution.as_str()),
        (
            "exercises/primes/check.py",
            "def check(ask, lap):\n    assert ask('/').text == 'hello', 'It must say hello.'\n    assert {ask('/').worker, ask('/').worker} == {0, 1}\n",
        ),
    ];
    for (name, text) in files {
        let path = deck.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    deck
}

/// It answers with this word.
fn spoken(word: &str) -> String {
    let load = "LOAD = {'paths': '/', 'clients': 2, 'neighbour': '/far', 'seconds': 1, 'warm_up': 0.25}";
    format!("{load}\n{}", SERVICE.replace("hello", word))
}

#[tokio::test]
async fn an_exercise_asks_the_service_and_tells_what_a_neighbour_costs() {
    let deck = deck();
    let bench = Bench::open_deck(deck.path()).await;
    bench.go("04-count-primes").await;
    bench.cell().await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.find_text("[data-cell=primes] .verdict", "It must say hello.").await;
    // How many answers there were over time, and how long they took, stand first.
    bench.wait("a chart of the load", async || bench.chart("load", "data-points").await > 4).await;
    bench.find_text("[data-cell=primes] .shown", "Beside GET /far the median answer took so many times as long").await;
    bench.write(&spoken("hello")).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.find(".cell[data-cell=primes] .verdict[data-verdict=passed]").await;
    bench.close().await;
}
