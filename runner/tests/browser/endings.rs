use crate::harness::Bench;

/// What is run, in which mode, how it ends, and a word of the sentence.
const CASES: [(&str, &str, &str, &str); 7] = [
    (
        "ITEMS = [1]\n\ndef work(item):\n    import os\n    print('goodbye', flush=True)\n    os._exit(3)\n",
        "subinterpreters",
        "died",
        "status 3",
    ),
    (
        "import os\nITEMS = [1]\n\ndef work(item):\n    print('goodbye', flush=True)\n    os._exit(3)\n",
        "processes",
        "died",
        "Worker process 0",
    ),
    (
        "ITEMS = [1]\n\ndef work(item):\n    import ctypes\n    print('goodbye')\n    ctypes.string_at(0)\n",
        "subinterpreters",
        "died",
        "segmentation fault",
    ),
    ("ITEMS = [3, 0]\n\ndef work(item):\n    return 1 / item\n", "threads", "raised", "ZeroDivisionError"),
    ("def work(item)\n    return item\nITEMS = [1]\n", "sequential", "raised", "SyntaxError"),
    ("ITEMS = []\n\ndef work(item):\n    return item\n", "sequential", "raised", "ITEMS"),
    ("ITEMS = [1]\n\ndef work(item):\n    return item\n", "processes", "completed", "Completed"),
];

#[tokio::test]
async fn every_ending_is_said_in_a_sentence_and_the_next_run_works() {
    let bench = Bench::at_primes().await;
    for (source, mode, ending, word) in CASES {
        bench.write(source).await;
        bench.choose(&[mode], &["1"]).await;
        bench.run().await;
        bench.find(&format!(".cell[data-cell=primes][data-phase=ended][data-ending={ending}]")).await;
        let sentence = bench.sentence().await;
        assert!(sentence.contains(word), "{mode}: {sentence}");
        if ending == "died" {
            assert!(sentence.contains("goodbye"), "the last line is not named: {sentence}");
        }
        if ending == "raised" && word != "ITEMS" {
            bench.find_text("[data-cell=primes] .traceback", word).await;
        }
    }
    bench.close().await;
}

#[tokio::test]
async fn a_flood_of_lines_is_counted_and_the_page_stays_alive() {
    let bench = Bench::at_primes().await;
    for flush in ["False", "True"] {
        bench.write(&format!("ITEMS = [1]\n\ndef work(item):\n    for number in range(200_000):\n        print(number, flush={flush})\n")).await;
        bench.choose(&["subinterpreters"], &["1"]).await;
        let heart = "window.gaps = [0]; let last = performance.now();
            window.heart = setInterval(() => { const now = performance.now(); gaps.push(now - last); last = now; }, 10);";
        bench.driver.execute(heart, vec![]).await.unwrap();
        bench.run().await;
        bench.find_text("[role=log] .line", "199999").await;
        assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
        let beat = "clearInterval(window.heart); return [gaps.length, Math.max(...gaps)];";
        let [beats, longest]: [f64; 2] = bench.driver.execute(beat, vec![]).await.unwrap().convert().unwrap();
        println!("flush={flush}: {beats} beats, the longest stall of the page was {longest:.0} ms");
        let hidden = bench.find(".hidden-lines").await.attr("data-hidden").await.unwrap().unwrap();
        let shown = bench.lines().await;
        assert_eq!(hidden.parse::<usize>().unwrap() + shown.len(), 200_000);
        assert_eq!((shown[0].as_str(), shown[shown.len() - 1].as_str()), ("0", "199999"));
    }
    bench.close().await;
}

#[tokio::test]
async fn a_script_runs_once_from_top_to_bottom() {
    let bench = Bench::at_primes().await;
    bench.write("if __name__ == '__main__':\n    print('a script')\n").await;
    bench.choose(&["sequential", "threads"], &["2"]).await;
    bench.find_text("[data-cell=primes] .of-script", "A script: it runs once").await;
    bench.find("[data-cell=primes] .of-workload[hidden]").await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    assert_eq!(bench.lines().await, ["a script"]);
    bench.write("ITEMS = [1]\n\ndef work(item): pass\n").await;
    bench.find("[data-cell=primes] .of-workload:not([hidden])").await;
    bench.close().await;
}

#[tokio::test]
async fn when_the_ending_is_shown_so_is_the_last_line() {
    let bench = Bench::at_primes().await;
    bench.write("import time\nfor number in range(5):\n    print(number)\n    time.sleep(0.03)\n").await;
    bench.choose(&["sequential"], &[]).await;
    for _ in 0..5 {
        bench.run().await;
        assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
        assert_eq!(bench.lines().await, ["0", "1", "2", "3", "4"]);
    }
    bench.close().await;
}
