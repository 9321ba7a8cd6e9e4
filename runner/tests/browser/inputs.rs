//! What people type by mistake: each is answered with a sentence, the edit stays, and the next run works.

use crate::harness::Bench;

/// A source, and parts of what is said of it.
const MISTAKES: &[(&str, &[&str])] = &[
    ("print('no work')\n", &["no `work`", "def work(item)"]),
    ("ITEMS = []\ndef work(item): pass\n", &["`ITEMS` is empty"]),
    ("import itertools\nITEMS = itertools.count()\ndef work(item): pass\n", &["`ITEMS` goes on"]),
    ("ITEMS = [lambda: 1]\ndef work(item): pass\n", &["Item 0 of `ITEMS`", "pickled"]),
    ("ITEMS = [1]\ndef work(item)\n", &["SyntaxError", "line 2"]),
    ("ITEMS = [1]\ndef work(item): return lambda: 1\n", &["What `work` returned", "pickled"]),
    ("import sys\nITEMS = [1]\ndef work(item): sys.exit(3)\n", &["SystemExit", "task 0"]),
    ("import os\nITEMS = [1]\ndef work(item): os._exit(3)\n", &["status 3", "Run works again"]),
    ("ITEMS = [1]\ndef work(item): return input()\n", &["EOFError", "keyboard"]),
    (
        "class Odd(Exception):\n    def __str__(self): raise ValueError\nITEMS = [1]\ndef work(item): raise Odd\n",
        &["Odd", "task 0"],
    ),
    (
        "ITEMS = [1]\ndef work(item): raise ExceptionGroup('two', [KeyError(1), OSError()])\n",
        &["ExceptionGroup", "two"],
    ),
    ("ITEMS = [1]\ndef work(): pass\n", &["TypeError"]),
    ("ITEMS = [1]\ndef work(item): return work(item)\n", &["RecursionError"]),
    ("ITEMS = [1]\nwork = 3\n", &["`work` is no function"]),
    ("def work(item): return item\n", &["ITEMS"]),
    ("ITEMS = [1]\ndef work(item): return rnage(item)\n", &["There is no `rnage` here. Did you mean `range`?"]),
    ("ITEMS = [1]\ndef work(item): return math.pi\n", &["write `import math` at the top"]),
    ("ITEMS = [1]\ndef work(item):\nreturn item\n", &["four spaces further in", "Nothing has run"]),
    ("ITEMS = [(1]\ndef work(item): return item\n", &["SyntaxError", "Nothing has run"]),
    ("import nunpy\nITEMS = [1]\ndef work(item): return item\n", &["no module `nunpy`", "machine ready"]),
    ("ITEMS = ['a']\ndef work(item): return {'b': 1}[item]\n", &["no key `'a'`"]),
    ("ITEMS = [0]\ndef work(item): return 1 / item\n", &["divided by zero"]),
];

/// All that is said of how the run ended.
async fn said(bench: &Bench) -> String {
    [bench.sentence().await, bench.texts("[data-cell=primes] .trouble").await.concat()].concat()
}

#[tokio::test]
async fn every_mistake_is_answered_with_a_sentence_and_the_edit_stays() {
    let bench = Bench::at_primes().await;
    bench.choose(&["subinterpreters"], &["2"]).await;
    for (source, parts) in MISTAKES {
        bench.write(source).await;
        bench.run().await;
        bench.ending().await;
        // The code of what an exception is shown with may still be on its way.
        bench.find("[data-cell=primes] .laps").await;
        // What stands between backticks is shown as code.
        let is_said = async || {
            let sentence = said(&bench).await.replace('`', "");
            parts.iter().all(|part| sentence.contains(&part.replace('`', "")))
        };
        bench.wait(&format!("{parts:?} in the answer to {source}"), is_said).await;
        println!("{}", said(&bench).await);
        // What to do is said once: beside the traceback, where there is one.
        let (ending, advice) = (bench.sentence().await, bench.texts("[data-cell=primes] .trouble .advice").await);
        for said in advice.iter().flat_map(|advice| advice.split(". ")) {
            assert!(!ending.replace('`', "").contains(said), "{source}: `{said}` is said twice: {ending}");
        }
        assert_eq!(bench.text().await.trim_end(), source.trim_end());
        // A run doesn't wait for the disk.
        let file = bench.workspace.join("primes.py");
        bench.wait("the file", async || std::fs::read_to_string(&file).is_ok_and(|text| text == *source)).await;
        if source.contains("input()") {
            bench.view(1280, 1060, "light").await;
            bench.picture("mistake-wide-light").await;
            bench.view(390, 844, "dark").await;
            bench.picture("mistake-phone-dark").await;
            bench.view(1280, 720, "light").await;
        }
    }
    bench.write("ITEMS = range(4)\ndef work(item): return item\n").await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.close().await;
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused_before_it_is_sent_and_stays() {
    let bench = Bench::at_primes().await;
    let long = format!("x = '{}'\n", "x".repeat(600_000));
    bench.write(&long).await;
    bench.press("Run").await;
    bench.find_text("[data-cell=primes] .refusal", "512 KB").await;
    bench.find("[data-cell=primes] .save-state[data-state=not-saved]").await;
    bench.write("ITEMS = range(4)\ndef work(item): return item\n").await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.close().await;
}

#[tokio::test]
async fn a_file_that_is_no_utf_8_is_shown_and_told() {
    let bench = Bench::open().await;
    std::fs::write(bench.workspace.join("primes.py"), b"ITEMS = [1]\nname = '\xe9'\ndef work(item): pass\n").unwrap();
    bench.go("04-count-primes").await;
    bench.cell().await;
    bench.find_text("[data-cell=primes] .refusal", "is not in UTF-8 (line 2)").await;
    assert!(bench.text().await.contains("name = '\u{fffd}'"), "{}", bench.text().await);
    bench.picture("no-utf-8").await;
    bench.close().await;
}
