use crate::harness::Bench;
use crate::pictures::VIEWS;

/// The classes and the text of every piece of coloured text.
async fn coloured(bench: &Bench) -> Vec<(String, String)> {
    let script = "return [...document.querySelectorAll('[data-cell=primes] .words > span')].map(e => [e.className, e.textContent])";
    bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

#[tokio::test]
async fn colours_are_shown_and_nothing_else_that_a_program_writes_does_anything() {
    let bench = Bench::at_primes().await;
    let source = "\
ITEMS = [1]

def work(item):
    print('\\x1b[1;31mred\\x1b[0m plain \\x1b]0;title\\x07\\x1b[2J\\x1b[44mblue\\x1b[0m')
    print('<img src=x onerror=\"window.hacked = 1\"><script>window.hacked = 1</script>')
    print('10%\\r50%\\r100%')
";
    bench.write(source).await;
    bench.choose(&["sequential"], &["1"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    let lines = bench.lines().await;
    let expected =
        ["red plain blue", "<img src=x onerror=\"window.hacked = 1\"><script>window.hacked = 1</script>", "100%"];
    assert_eq!(lines, expected);
    let pieces = coloured(&bench).await;
    let piece = |class: &str, text: &str| (class.to_owned(), text.to_owned());
    assert!(
        pieces.contains(&piece("ink-red bold", "red")) && pieces.contains(&piece("ground-blue", "blue")),
        "{pieces:?}"
    );
    let hacked = bench.driver.execute("return window.hacked === undefined", vec![]).await.unwrap();
    assert!(hacked.convert::<bool>().unwrap());
    bench.close().await;
}

#[tokio::test]
async fn lines_are_filtered_by_who_printed_them_and_copied() {
    let bench = Bench::at_primes().await;
    let source = "\
import sys, threading
ITEMS = [0, 1]
together = threading.Barrier(2)

def work(item):
    together.wait()
    print('item', item)
    print('trouble', item, file=sys.stderr)
";
    bench.write(source).await;
    bench.choose(&["threads"], &["2"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    assert_eq!(bench.lines().await.len(), 4);
    // As a person chooses: by the list's and the entry's names.
    let choose = "const list = document.querySelector(`[data-cell=primes] select[aria-label=${arguments[0]}]`);
        list.value = [...list.options].find(option => option.textContent === arguments[1]).value;
        list.dispatchEvent(new Event('change', {bubbles: true}));";
    let chosen = async |list: &str, name: &str| {
        bench.driver.execute(choose, vec![list.into(), name.into()]).await.unwrap();
    };
    chosen("Worker", "thread 1").await;
    bench.wait("one thread's lines", async || bench.lines().await.len() == 2).await;
    let workers =
        "return [...document.querySelectorAll('[data-cell=primes] .line')].every(line => line.dataset.worker === '1')";
    assert!(bench.driver.execute(workers, vec![]).await.unwrap().convert::<bool>().unwrap());
    chosen("Stream", "stderr").await;
    bench.wait("one line", async || bench.lines().await.len() == 1).await;
    assert!(bench.lines().await[0].starts_with("trouble"));
    let grant = serde_json::json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
    bench.driver.cdp().send_raw("Browser.grantPermissions", grant).await.unwrap();
    bench.press("Copy").await;
    bench.find_text("[data-cell=primes] .copy", "Copied").await;
    let read = "const done = arguments[0]; navigator.clipboard.readText().then(done)";
    let copied: String = bench.driver.execute_async(read, vec![]).await.unwrap().convert().unwrap();
    assert_eq!(copied, format!("{}\n", bench.lines().await[0]));
    chosen("Stream", "all streams").await;
    chosen("Worker", "all workers").await;
    bench.wait("all lines", async || bench.lines().await.len() == 4).await;
    bench.close().await;
}

#[tokio::test]
async fn who_scrolls_up_stays_there_and_all_lines_can_be_had() {
    let bench = Bench::at_primes().await;
    let source = "\
import time
ITEMS = [1]

def work(item):
    for number in range(2_000):
        print('line', number)
    time.sleep(1.5)
    for number in range(2_000, 4_000):
        print('line', number)
";
    bench.write(source).await;
    bench.choose(&["threads"], &["1"]).await;
    bench.run().await;
    bench.find_text("[role=log] .line", "line 1999").await;
    bench
        .driver
        .execute("document.querySelector('[data-cell=primes] [role=log]').scrollTop = 100", vec![])
        .await
        .unwrap();
    bench.find("[data-cell=primes] .to-the-end:not([hidden])").await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.find_text("[data-cell=primes] .to-the-end", "newer lines").await;
    let top = "return document.querySelector('[data-cell=primes] [role=log]').scrollTop";
    assert_eq!(bench.driver.execute(top, vec![]).await.unwrap().convert::<f64>().unwrap(), 100.0);
    assert!(!bench.lines().await.contains(&"line 3999".to_owned()));
    bench.find("[data-cell=primes] .to-the-end").await.click().await.unwrap();
    bench.find_text("[role=log] .line", "line 3999").await;
    bench.find("[data-cell=primes] .to-the-end[hidden]").await;

    // The file beside it has them all, for whoever has the cookie.
    let link = bench.find("[data-cell=primes] .saved-output a").await;
    assert_eq!(link.text().await.unwrap(), "Download all 4,000 lines");
    let fetch = "const done = arguments[0];
        fetch(document.querySelector('[data-cell=primes] .saved-output a').href)
            .then(async response => done([response.headers.get('content-disposition'), response.headers.get('content-type'), await response.text()]))";
    let [disposition, kind, text]: [String; 3] =
        bench.driver.execute_async(fetch, vec![]).await.unwrap().convert().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"primes-"), "{disposition}");
    assert_eq!(kind, "text/plain; charset=utf-8");
    let expected: String = (0..4_000).map(|number| format!("line {number}\n")).collect();
    assert!(text == expected, "{} of {} bytes", text.len(), expected.len());
    let files = std::fs::read_dir(bench.workspace.join(".virgil/output")).unwrap().count();
    assert_eq!(files, 1);
    bench.close().await;
}

#[tokio::test]
async fn what_tasks_return_is_shown_as_what_it_is() {
    let bench = Bench::at_primes().await;
    bench.view(1280, 720, "light").await;
    bench.choose(&["threads"], &["2"]).await;
    let grid = "\
ITEMS = range(96)

def work(row):
    def steps(c):
        z = 0
        for step in range(40):
            z = z * z + c
            if abs(z) > 2:
                return step
        return 40
    return [steps(complex(-2.2 + column / 40, -1.2 + row / 40)) for column in range(128)]
";
    let cases = [
        ("values", "ITEMS = [1, 2]\n\ndef work(n):\n    return f'number {n}'\n", "number 2"),
        ("histogram", "ITEMS = range(500)\n\ndef work(n):\n    return (n * n) % 97 / 10\n", "500 numbers"),
        ("table", "ITEMS = ['a', 'b']\n\ndef work(name):\n    return {'name': name, 'square': 7}\n", "square"),
        ("grid", grid, "128 × 96 numbers, from 0"),
    ];
    for (shape, source, words) in cases {
        bench.write(source).await;
        bench.run().await;
        assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
        bench.find_text(&format!("[data-cell=primes] .returned[data-shown={shape}]"), words).await;
        if matches!(shape, "histogram" | "grid") {
            assert!(bench.chart(shape, "data-points").await > 1, "{shape}");
            bench.find(&format!("[data-cell=primes] figure[data-chart={shape}] canvas")).await;
        }
        for (name, width, height, colours) in [("wide-light", 1280, 720, "light"), ("phone-dark", 390, 844, "dark")] {
            bench.view(width, height, colours).await;
            bench
                .driver
                .execute(
                    "document.querySelector('[data-cell=primes] .returned').scrollIntoView({block: 'center'})",
                    vec![],
                )
                .await
                .unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            bench.picture(&format!("returned-{shape}-{name}")).await;
        }
        bench.view(1280, 720, "light").await;
    }
    bench.close().await;
}

#[tokio::test]
async fn pictures_of_coloured_output() {
    let bench = Bench::at_primes().await;
    let source = "\
import sys
ITEMS = range(4)

def work(item):
    for code in range(31, 37):
        print(f'\\x1b[{code}mink {code}\\x1b[0m \\x1b[{code + 10}mground\\x1b[0m \\x1b[1;7mstrong\\x1b[0m of item', item)
    print('trouble with', item, file=sys.stderr)
    if item == 3:
        for number in range(3_000):
            print('line', number)
";
    bench.write(source).await;
    bench.choose(&["subinterpreters", "threads"], &["4"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.find("[data-cell=primes] .saved-output a").await;
    for (name, width, height, colours) in VIEWS {
        bench.view(width, height, colours).await;
        let look = "const log = document.querySelector('[data-cell=primes] [role=log]'); log.scrollTop = 0;
            log.closest('.printed').scrollIntoView({block: 'center'})";
        bench.driver.execute(look, vec![]).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        bench.picture(&format!("output-{name}")).await;
        assert!(bench.page_width().await <= width, "too wide at {width}");
    }
    bench.close().await;
}
