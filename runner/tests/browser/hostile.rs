//! What programs and files say is text, whatever stands in it: nothing of it is executed, opened or fetched.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::harness::Bench;
use crate::runs::{edited, import};

/// A place to which all that is hostile leads; it counts who comes.
struct Trap {
    port: u16,
    visits: Arc<AtomicUsize>,
}

impl Trap {
    fn set() -> Trap {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let visits = Arc::new(AtomicUsize::new(0));
        let counted = visits.clone();
        std::thread::spawn(move || {
            listener.incoming().flatten().for_each(|_| {
                counted.fetch_add(1, Ordering::SeqCst);
            });
        });
        Trap { port, visits }
    }

    /// Texts that would do something if they were taken for anything but text.
    fn payloads(&self) -> Vec<String> {
        let at = format!("http://127.0.0.1:{}", self.port);
        vec![
            "<script>window.hacked = 1</script>".into(),
            "<img src=x onerror=\"window.hacked = 1\">".into(),
            format!("<img src={at}/img><link rel=stylesheet href={at}/css><iframe src={at}/frame></iframe>"),
            "<svg onload=window.hacked=1><foreignObject><iframe srcdoc='<script>parent.hacked=1</script>'></svg>"
                .into(),
            "<a href=\"javascript:window.hacked=1\">javascript:window.hacked=1</a>".into(),
            "\"><details open ontoggle=window.hacked=1>".into(),
            format!("</pre></code></textarea><style>@import url({at}/style)</style>"),
            "{{constructor.constructor('window.hacked=1')()}} ${window.hacked=1} `${window.hacked=1}`".into(),
            "\u{1b}]8;;javascript:window.hacked=1\u{1b}\\link\u{1b}]8;;\u{1b}\\".into(),
            format!("\u{1b}]8;;{at}/osc\u{7}link\u{1b}]8;;\u{7}"),
            "\u{1b}]52;c;aGFja2Vk\u{7}\u{1b}[31;1;<script>m\u{1b}P<script>window.hacked=1</script>\u{1b}\\".into(),
            "\u{202e}<b onmouseover=window.hacked=1 style=position:fixed;inset:0>".into(),
        ]
    }

    /// Asserts that the page took none of it for more than text.
    async fn caught_nothing(&self, bench: &Bench, what: &str) {
        let look = "const found = [...document.querySelectorAll('.cell img, .cell iframe, .cell script, .cell object, .cell embed, .cell link, .cell style, .cell foreignObject, .cell details[ontoggle]')];
            const lit = [...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => a.name.startsWith('on')));
            const links = [...document.querySelectorAll('a')].filter(a => a.href && new URL(a.href).origin !== location.origin);
            const loaded = performance.getEntriesByType('resource').map(e => e.name).filter(name => !name.startsWith(location.origin) && !name.startsWith('data:') && !name.startsWith('blob:' + location.origin));
            return [String(window.hacked), document.title.includes('hacked') ? 'title' : '', ...found.map(e => e.outerHTML), ...lit.map(e => e.outerHTML), ...links.filter(a => /hacked|127/.test(a.href)).map(a => a.href), ...loaded]";
        let seen: Vec<String> = bench.driver.execute(look, vec![]).await.unwrap().convert().unwrap();
        assert_eq!(seen, ["undefined", ""], "{what}");
        assert_eq!(self.visits.load(Ordering::SeqCst), 0, "{what}: the page asked for something elsewhere");
    }
}

/// A text as a string of Python.
fn python(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

#[tokio::test]
async fn nothing_that_a_program_says_does_anything() {
    let bench = Bench::at_primes().await;
    let trap = Trap::set();
    let payloads = trap.payloads();
    let all = format!("[{}]", payloads.iter().map(|text| python(text)).collect::<Vec<_>>().join(", "));
    let printing = format!(
        "import sys\nITEMS = {all}\n\ndef work(text):\n    print(text)\n    print(text, file=sys.stderr)\n    \
         print('\\x1b[1m\\x1b[31m' * 10_000 + 'deep')\n    print('\\x1b]8;;http://127.0.0.1:{}/\\x1b' * 10_000 + '\\x1b\\\\end')\n    \
         return text\n",
        trap.port
    );
    let table = format!("ITEMS = {all}\n\ndef work(text):\n    return {{'text': text, text: 1}}\n");
    let raising = format!(
        "ITEMS = [1]\n\ndef work(item):\n    text = ' '.join({all})\n    kind = type(text, (ValueError,), {{}})\n    \
         error = kind(text)\n    error.add_note(text)\n    exec(compile('raise error', text.replace('\\0', ''), 'exec'))\n"
    );
    let threads = format!(
        "import threading, time\ndef spin():\n    end = time.monotonic() + 0.3\n    while time.monotonic() < end: pass\n\
         threads = [threading.Thread(target=spin, name=name) for name in {all}]\n\
         for thread in threads: thread.start()\nfor thread in threads: thread.join()\nprint(threads)\n"
    );
    bench.choose(&["threads"], &["2"]).await;
    for (what, source, ending) in [
        ("output and results", &printing, "completed"),
        ("a table", &table, "completed"),
        ("an exception", &raising, "raised"),
        ("names of threads", &threads, "completed"),
    ] {
        bench.write(source).await;
        bench.run().await;
        assert_eq!(bench.ending().await, ending, "{what}: {}", bench.sentence().await);
        // It is there, as text.
        let shown = match what {
            "an exception" => bench.texts("[data-cell=primes]").await.concat(),
            "a table" => bench.find("[data-cell=primes] .returned").await.text().await.unwrap(),
            _ => bench.lines().await.join("\n"),
        };
        assert!(shown.contains("<img src=x onerror="), "{what}: {shown}");
        trap.caught_nothing(&bench, what).await;
    }
    bench.close().await;
}

/// Puts a text before every string of a value that may be any words; `name` is the field that has it.
fn marked(name: &str, value: &mut serde_json::Value, text: &str) {
    match value {
        serde_json::Value::String(words) if ANY_WORDS.contains(&name) => *words = format!("{text}{words}"),
        serde_json::Value::Object(fields) => fields.iter_mut().for_each(|(name, field)| marked(name, field, text)),
        serde_json::Value::Array(parts) => parts.iter_mut().for_each(|part| marked(name, part, text)),
        _ => {}
    }
}

/// The fields of a kept run that hold any words, not one of a few.
const ANY_WORDS: [&str; 22] = [
    "name",
    "system",
    "architecture",
    "virgil",
    "builds",
    "sentence",
    "source",
    "build",
    "first",
    "further",
    "text",
    "label",
    "rows",
    "columns",
    "names",
    "exception",
    "message",
    "advice",
    "traceback",
    "path",
    "written_by",
    "processor",
];

#[tokio::test]
async fn nothing_that_a_file_of_somebody_says_does_anything() {
    let bench = Bench::at_primes().await;
    let trap = Trap::set();
    bench.choose(&["threads"], &["2"]).await;
    bench.write("ITEMS = range(4)\n\ndef work(item):\n    print('line', item)\n    return f'number {item}'\n").await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.press("Runs").await;
    bench.kept_are(&["Run 1"]).await;
    let link = bench.named("Export Run 1").await.attr("href").await.unwrap().unwrap();
    let script = "const reply = await fetch(arguments[0]); return [...new Uint8Array(await reply.arrayBuffer())]";
    let exported: Vec<u8> = bench.driver.execute(script, vec![link.into()]).await.unwrap().convert().unwrap();
    for (number, payload) in
        trap.payloads().into_iter().enumerate().filter(|(number, _)| number % 3 == 0 || *number == 1)
    {
        let changed = edited(&exported, |text| {
            let lines = text.lines().map(|line| {
                let mut value = serde_json::from_str(line).unwrap();
                marked("", &mut value, &payload);
                value.to_string() + "\n"
            });
            lines.collect()
        });
        import(&bench, &format!("{}.virgil", payload.replace('/', " ")), &changed).await;
        bench.find_text("[data-cell=primes] .runs-said", "It is shown, never executed.").await;
        let newest = bench.find("[data-cell=primes] .kept-run .kept-buttons button").await;
        newest.scroll_into_view().await.unwrap();
        newest.click().await.unwrap();
        bench.find_text("[data-cell=primes] .opened", "You are looking at").await;
        bench.find_text("[data-cell=primes] [role=log] .line", "line 3").await;
        trap.caught_nothing(&bench, &format!("payload {number}: {payload}")).await;
        bench.press("Back to the latest run").await;
    }
    bench.close().await;
}
