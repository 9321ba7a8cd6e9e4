//! An export on a plain server of files, in a folder of it, as people read it on a phone.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use runner::assets::Assets;
use runner::content;
use runner::export::{Files, files};

use crate::harness::Bench;
use crate::pictures::VIEWS;

/// Where the export is on the server.
const FOLDER: &str = "/talks/gil/";
const CELL: &str = ".cell[data-cell=primes]";

/// A server of files that does nothing else, and notes what is asked of it, with its answer.
struct Static {
    address: String,
    asked: Arc<Mutex<Vec<(String, u16)>>>,
}

impl Static {
    /// It ends with the tests.
    fn start(files: Files) -> Static {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}{FOLDER}", listener.local_addr().unwrap());
        let (asked, files) = (Arc::new(Mutex::new(Vec::new())), Arc::new(files));
        let noted = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (files, noted) = (files.clone(), noted.clone());
                std::thread::spawn(move || answer(&stream, &files, &noted));
            }
        });
        Static { address, asked }
    }

    fn asked(&self) -> Vec<(String, u16)> {
        self.asked.lock().unwrap().clone()
    }
}

/// One request; a browser that went away needs no answer.
fn answer(mut stream: &TcpStream, files: &Files, asked: &Mutex<Vec<(String, u16)>>) -> Option<()> {
    let mut lines = BufReader::new(stream).lines();
    let path = lines.next()?.ok()?.split(' ').nth(1)?.to_owned();
    lines.map_while(Result::ok).find(String::is_empty)?;
    let file = path.strip_prefix(FOLDER).and_then(|path| files.get(path.split('?').next()?));
    let status = if file.is_some() { 200 } else { 404 };
    asked.lock().unwrap().push((path.clone(), status));
    let kind = match path.split('?').next()?.rsplit('.').next()? {
        "html" => "text/html",
        "js" => "text/javascript",
        "css" => "text/css",
        "wasm" => "application/wasm",
        "json" => "application/json",
        _ => "application/octet-stream",
    };
    let body = file.map(Vec::as_slice).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).ok()
}

/// The cell of the exercise is alive, nothing can run, and its recorded run is offered.
async fn is_offered(bench: &Bench) {
    bench.find(&format!("{CELL}[data-phase]")).await;
    bench.find_text(&format!("{CELL} .status .refusal"), "This is a copy to read, in which nothing runs.").await;
    assert!(!bench.find(&format!("{CELL} button.run")).await.is_enabled().await.unwrap());
    bench.find(&format!("{CELL} .offer:not([hidden]) button")).await;
}

async fn is_shown(bench: &Bench) {
    bench.find_text(&format!("{CELL} .opened.recorded p"), "Recorded on ").await;
    bench.find(&format!("{CELL}[data-phase=ended]")).await;
    bench.wait("the lanes", async || bench.chart("lanes", "data-spans").await > 0).await;
    bench.find(&format!("{CELL} figure[data-chart=lanes] canvas")).await;
}

#[tokio::test]
async fn a_recorded_run_is_shown_without_a_runner_and_nothing_else_is_asked_for() {
    let files = files(&content::embedded().unwrap(), &Assets::embedded()).unwrap();
    let server = Static::start(files);
    let bench = Bench::open().await;
    let go = async |path: &str| bench.driver.goto(format!("{}{path}", server.address)).await.unwrap();

    go("index.html").await;
    pictures(&bench, "exported-cover").await;
    go("slide/04-count-primes.html").await;
    is_offered(&bench).await;
    pictures(&bench, "exported-slide").await;
    bench.find(&format!("{CELL} .offer button")).await.click().await.unwrap();
    is_shown(&bench).await;
    pictures(&bench, "exported-recorded").await;
    bench.view(1280, 720, "light").await;

    // The neighbour is shown without loading, under the address of its file, which can be loaded.
    bench.find("nav.slides a.next").await.click().await.unwrap();
    let shown = "return document.querySelector('.slide:not([hidden])').dataset.slide";
    let slide = async || bench.driver.execute(shown, vec![]).await.unwrap().convert::<String>().unwrap();
    bench.wait("the next slide", async || slide().await != "04-count-primes").await;
    let next = slide().await;
    let address = bench.driver.current_url().await.unwrap().to_string();
    assert_eq!(address, format!("{}slide/{next}.html", server.address));
    bench.driver.refresh().await.unwrap();
    bench.find(".connection[data-state=exported]").await;
    assert_eq!(slide().await, next);

    // The same in the notebook.
    bench.find("a.other-view").await.click().await.unwrap();
    bench.find("#notebook").await;
    go("notebook.html#04-count-primes").await;
    is_offered(&bench).await;
    pictures(&bench, "exported-notebook").await;
    bench.find(&format!("{CELL} .offer button")).await.click().await.unwrap();
    is_shown(&bench).await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;

    let asked = server.asked();
    let strange: Vec<_> = asked.iter().filter(|(path, status)| *status != 200 || !path.starts_with(FOLDER)).collect();
    assert!(asked.len() > 10 && strange.is_empty(), "{strange:?}");
    let script = "return performance.getEntriesByType('resource').map(entry => entry.name)";
    let loaded: Vec<String> = bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap();
    let away = |name: &&String| !name.starts_with(&server.address) && !name.starts_with("data:");
    assert!(!loaded.is_empty() && !loaded.iter().any(|name| away(&name)), "{loaded:?}");
    bench.close().await;
}

async fn pictures(bench: &Bench, name: &str) {
    for (view, width, height, colours) in VIEWS {
        bench.view(width, height, colours).await;
        bench.picture(&format!("{name}-{view}")).await;
        let wide = bench.page_width().await;
        assert!(wide <= width, "{name} is {wide} px wide at {width}");
    }
}
