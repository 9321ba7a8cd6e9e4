//! What a page is told over its connection, with the whole server around it.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use shared::{
    CellId, ClientMessage, Edit, LapEvent, Mode, Occasion, Output, PROTOCOL, RunEvent, RunId, RunRequest,
    ServerMessage, fingerprint,
};
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{self, Message};

use crate::bench::{brief, installed_kernels};
use crate::site::Site;

fn over(events: &[RunEvent]) -> bool {
    matches!(events.last(), Some(RunEvent::Ended(_)))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_sees_every_run_from_any_number() {
    let site = Site::start().await;
    let (mut one, welcome) = site.page().await;
    assert_eq!((welcome.protocol.as_str(), welcome.builds.len(), welcome.runs.len()), (PROTOCOL, 1, 0));
    let (mut other, _) = site.page().await;
    let run = one.run("say first; sleep 100; say second; ended").await;
    let ServerMessage::Accepted(ticket) = other.hear().await else { panic!("the other page heard something else") };
    assert_eq!(ticket.id, run);
    let (events, batches) = one.events(run, 0, over).await;
    assert_eq!(brief(&events).join(", "), "0 started sequential, 0 first, 0 second, 0 completed, Completed");
    assert!(batches.len() > 1, "what was printed first was held back");
    assert_eq!(other.events(run, 0, over).await.0, events, "nobody needs to ask");
    for since in 0..events.len() {
        other.say(&ClientMessage::Watch { run, since: since as u64 }).await;
        assert_eq!(other.events(run, since as u64, over).await.0, events[since..]);
    }
    let (mut third, welcome) = site.page().await;
    assert_eq!(welcome.runs, [ticket]);
    third.say(&ClientMessage::Watch { run: RunId(7), since: 0 }).await;
    assert_eq!(third.hear().await, ServerMessage::Unknown(RunId(7)));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_kept_and_what_cannot_be_is_refused_with_a_sentence() {
    let site = Site::start().await;
    let (mut page, _) = site.page().await;
    let cell = || CellId("race".into());
    let save = |cell: CellId, text: String, bases: Vec<u64>| {
        ClientMessage::Save(Edit { cell, text, bases, occasion: Occasion::Typed })
    };
    page.say(&save(cell(), "say kept".into(), vec![])).await;
    assert_eq!(page.hear().await, ServerMessage::Saved { cell: cell(), fingerprint: fingerprint("say kept") });
    assert_eq!(site.saved(), "say kept");
    let start = |cell: &str, source: String, modes: Vec<Mode>| {
        ClientMessage::Start(RunRequest {
            cell: CellId(cell.into()),
            source,
            modes,
            workers: vec![2],
            repeats: 1,
            warm_up: 0,
            build: None,
        })
    };
    page.say(&save(cell(), "ended".into(), vec![fingerprint("say kept")])).await;
    page.say(&start("race", "ended".into(), vec![Mode::Threads])).await;
    let (mut accepted, mut saved) = (false, false);
    while !(accepted && saved) {
        match page.hear().await {
            ServerMessage::Accepted(ticket) => accepted |= ticket.fingerprint == fingerprint("ended"),
            message => saved |= message == ServerMessage::Saved { cell: cell(), fingerprint: fingerprint("ended") },
        }
    }
    assert_eq!(site.saved(), "ended");

    for (message, said) in [
        (start("../etc", "x".into(), vec![Mode::Threads]), "no such cell"),
        (start("..\\etc", "x".into(), vec![Mode::Threads]), "no such cell"),
        (start("\\\\host\\share", "x".into(), vec![Mode::Threads]), "no such cell"),
        (start("race\0", "x".into(), vec![Mode::Threads]), "no such cell"),
        (save(CellId("../race".into()), "x".into(), vec![]), "no such cell"),
        (save(CellId("/race".into()), "x".into(), vec![]), "no such cell"),
        (start("race", "x".into(), vec![]), "at least one mode"),
        (start("race", "x".repeat(513 * 1024), vec![Mode::Threads]), "512 KB"),
        (save(CellId("nope".into()), "x".into(), vec![]), "no such cell"),
        (save(cell(), "x".repeat(513 * 1024), vec![]), "512 KB"),
    ] {
        page.say(&message).await;
        let sentence = loop {
            match page.hear().await {
                ServerMessage::Refused { sentence, .. } | ServerMessage::NotSaved { sentence, .. } => break sentence,
                // Of the run before.
                ServerMessage::Events { .. } => {}
                other => panic!("it was not refused: {said}, {other:?}"),
            }
        };
        assert!(sentence.contains(said), "{sentence}");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_too_long_or_not_ours_ends_the_connection() {
    let site = Site::start().await;
    for (message, code) in [
        (Message::binary(vec![0; 2 * 1024 * 1024]), 1009),
        (Message::binary(vec![250, 250, 250]), 1007),
        (Message::text("hello"), 1003),
    ] {
        let (mut page, _) = site.page().await;
        // The server may have closed before all of it was sent.
        let _ = page.0.send(message).await;
        let end = async {
            while let Some(Ok(message)) = page.0.next().await {
                if let Message::Close(frame) = message {
                    return frame.map(|frame| u16::from(frame.code));
                }
            }
            None
        };
        let heard = tokio::time::timeout(Duration::from_secs(5), end).await.expect("the connection is ended");
        assert_eq!(heard, Some(code));
    }
    // Pieces count together.
    let (mut page, _) = site.page().await;
    let piece =
        |code: Data, is_last: bool| Message::Frame(Frame::message(vec![0; 512 * 1024], OpCode::Data(code), is_last));
    for piece in [piece(Data::Binary, false), piece(Data::Continue, false), piece(Data::Continue, true)] {
        let _ = page.0.send(piece).await;
    }
    let end = async {
        while let Some(Ok(message)) = page.0.next().await {
            if let Message::Close(frame) = message {
                return frame.map(|frame| u16::from(frame.code));
            }
        }
        None
    };
    assert_eq!(tokio::time::timeout(Duration::from_secs(5), end).await.expect("the connection is ended"), Some(1009));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_comes_whole_and_stop_gets_through_to_a_page_that_does_not_read() {
    let site = Site::start().await;
    let (mut page, _) = site.page().await;
    let run = page.run("print 200000 line; ended").await;
    let start = Instant::now();
    let (events, batches) = page.events(run, 0, over).await;
    println!("200,000 lines: {:?}, {} messages", start.elapsed(), batches.len());
    let mut output = Output::default();
    for event in &events {
        if let RunEvent::Lap { event: LapEvent::Output { worker, task, stream, text }, .. } = event {
            output.push(*worker, *task, *stream, text);
        }
    }
    assert_eq!(output.count(), 200_000);

    let run = page.run("print 100000000 line; ended").await;
    page.events(run, 0, |events| events.len() > 3).await;
    // Not reading anything.
    tokio::time::sleep(Duration::from_millis(700)).await;
    page.say(&ClientMessage::Stop(run)).await;
    let (mut other, _) = site.page().await;
    other.say(&ClientMessage::Watch { run, since: u64::MAX }).await;
    let pressed = Instant::now();
    let mut last = Vec::new();
    while !over(&last) {
        tokio::task::yield_now().await;
        if let ServerMessage::Events { run: of, events, .. } = page.hear().await
            && of == run
        {
            last = events;
        }
    }
    println!("from Stop to the end in the page: {:?}", pressed.elapsed());
    assert!(pressed.elapsed() < Duration::from_secs(3), "{:?}", pressed.elapsed());
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn the_first_event_is_in_the_page_at_once() {
    let site = Site::start().await;
    let (mut page, _) = site.page().await;
    let mut times = Vec::new();
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let start = Instant::now();
        let run = page.run("ready 0 1; ended").await;
        page.events(run, 0, |events| brief(events).iter().any(|event| event == "0 ready 0")).await;
        times.push(start.elapsed());
    }
    times.sort();
    println!("from Run to the first worker in the page: {:?} median, {:?} worst", times[10], times[19]);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ends_takes_everything_with_it() {
    let site = Site::start().await;
    let (mut page, _) = site.page().await;
    let run = page.run("stray; escapees 3; say here; ignore").await;
    page.events(run, 0, |events| brief(events).contains(&"0 here".to_owned())).await;
    let start = Instant::now();
    site.stop().await;
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert!(matches!(
        page.0.next().await,
        None | Some(Ok(_) | Err(tungstenite::Error::Protocol(_) | tungstenite::Error::Io(_)))
    ));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn from_run_to_an_own_gil_worker_over_the_wire() {
    let site = Site::with(installed_kernels().swap_remove(0)).await;
    let (mut page, _) = site.page().await;
    let source = "ITEMS = [1]\n\ndef work(item):\n    return item\n";
    let (modes, workers) = (vec![Mode::Subinterpreters], vec![1]);
    let mut times = Vec::new();
    for _ in 0..25 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let request = RunRequest {
            cell: CellId("race".into()),
            source: source.into(),
            modes: modes.clone(),
            workers: workers.clone(),
            repeats: 1,
            warm_up: 0,
            build: None,
        };
        let pressed = Instant::now();
        let run = page.start(request).await;
        let is_ready = |event: &RunEvent| matches!(event, RunEvent::Lap { event: LapEvent::WorkerReady { .. }, .. });
        let (events, _) = page.events(run, 0, |events| events.iter().any(is_ready)).await;
        times.push(pressed.elapsed());
        if !over(&events) {
            page.events(run, events.len() as u64, over).await;
        }
    }
    times.sort();
    println!(
        "from Run to a worker ready, over the wire: {:.1?} median, {:.1?} to {:.1?}",
        times[12], times[0], times[24]
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_a_run_printed_can_be_had_as_soon_as_it_is_over() {
    let site = Site::start().await;
    let (mut page, _) = site.page().await;
    let address = format!("http://127.0.0.1:{}/api", site.server.port());
    let client = reqwest::Client::new();
    let get = async |path: String| {
        let request = client.get(format!("{address}/{path}")).bearer_auth(site.server.token().text());
        let reply = request.send().await.unwrap();
        (reply.status().as_u16(), reply.bytes().await.unwrap().to_vec())
    };
    for _ in 0..5 {
        let run = page.run("say first; say second; ended").await;
        page.events(run, 0, over).await;
        assert_eq!(get(format!("output/{}", run.0)).await, (200, b"first\nsecond\n".to_vec()));
        let (status, saved) = get(format!("printed/{}", run.0)).await;
        let saved: shared::SavedOutput = postcard::from_bytes(&saved).unwrap();
        assert_eq!((status, saved.bytes), (200, 13));
        assert!(saved.file.contains("race-"), "{saved:?}");
    }
    let silent = page.run("ended").await;
    page.events(silent, 0, over).await;
    for nothing in [format!("output/{}", silent.0), "output/7".into(), "output/..".into(), "printed/x".into()] {
        assert_eq!(get(nothing.clone()).await.0, 404, "{nothing}");
    }
    site.stop().await;
}
