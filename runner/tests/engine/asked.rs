//! What pages may ask of the runner, and what nobody may.

use futures_util::SinkExt;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use shared::{CellId, ClientMessage, Edit, Mode, Occasion, RunEvent, RunId, RunRequest, ServerMessage, Touch};
use tokio_tungstenite::tungstenite::Message;

use crate::bench::{brief, installed_kernels, kernel};
use crate::site::Site;

fn over(events: &[RunEvent]) -> bool {
    matches!(events.last(), Some(RunEvent::Ended(_)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_is_run_once_at_a_time() {
    let site = Site::start().await;
    let (mut page, _) = site.page().await;
    let run = page.run("say here; hang").await;
    let again = |source: &str| {
        ClientMessage::Start(RunRequest {
            cell: CellId("race".into()),
            source: source.into(),
            modes: vec![Mode::Sequential],
            workers: vec![],
            repeats: 1,
            warm_up: 0,
            build: None,
        })
    };
    // Whichever page asks.
    let (mut other, _) = site.page().await;
    other.say(&again("ended")).await;
    let sentence = loop {
        match other.hear().await {
            ServerMessage::Refused { sentence, .. } => break sentence,
            ServerMessage::Accepted(ticket) if ticket.id != run => panic!("it was accepted"),
            _ => {}
        }
    };
    assert!(sentence.contains("run already: stop that, or wait"), "{sentence}");
    page.say(&ClientMessage::Stop(run)).await;
    page.events(run, 0, over).await;
    page.run("ended").await;
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn code_is_told_no_secret_by_its_environment_or_arguments() {
    // It is compiled when a test first asks for it, perhaps at this moment; that is no child of this site.
    let _ = kernel("ordinary");
    let site = Site::with(installed_kernels().into_iter().next().expect("a kernel is installed")).await;
    let token = site.server.token().text().to_owned();
    let (mut page, _) = site.page().await;
    let source = "import os, sys
print('the environment has', len(os.environ), 'names')
print(dict(os.environ), sys.argv, sys.orig_argv)
print(open(f'/proc/{os.getppid()}/cmdline').read())
";
    let run = page.run(source).await;
    let said = brief(&page.events(run, 0, over).await.0).join("\n");
    assert!(said.contains("the environment has") && said.ends_with("Completed"), "{said}");
    for secret in [token.as_str(), "virgil_", "VIRGIL_", "login?code="] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_that_is_loaded_runs_anything() {
    let site = Site::start().await;
    let ask = "run=1&autorun=1&cell=race&code=print(1)&source=print(1)&step=1";
    for path in
        ["/", "/notebook", "/slide/01-one", "/slide/01-one/race", "/api/run", "/api/recorded/race", "/api/runs/race"]
    {
        for query in [String::new(), format!("?{ask}"), format!("?{ask}#run")] {
            site.get(&format!("{path}{query}")).await;
        }
    }
    let (mut page, welcome) = site.page_at(&format!("?{ask}")).await;
    assert_eq!(welcome.runs, []);
    // Nothing was accepted meanwhile either.
    page.say(&ClientMessage::Watch { run: RunId(7), since: 0 }).await;
    assert_eq!(page.hear().await, ServerMessage::Unknown(RunId(7)));
    assert_eq!(site.saved(), "");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_page_says_the_server_goes_on_and_keeps_its_hands_to_itself() {
    let text = prop_oneof![
        prop::sample::select(vec!["race", "../race", "/etc/passwd", "race\0", "", "C:\\x", "raceé", ".virgil/x"])
            .prop_map(str::to_owned),
        ".{0,30}",
    ];
    let numbers = prop_oneof![Just(0_u32), Just(1), Just(u32::MAX), any::<u32>()];
    let mode = prop::sample::select(Mode::ALL.to_vec());
    let start = (
        text.clone(),
        ".{0,60}",
        proptest::collection::vec(mode, 0..5),
        proptest::collection::vec(numbers.clone(), 0..5),
        numbers.clone(),
        numbers.clone(),
    );
    let start = start.prop_map(|(cell, source, modes, workers, repeats, warm_up)| {
        // No real cell: it is refused, whatever else it says.
        let cell = CellId(if cell == "race" { "Race".into() } else { cell });
        ClientMessage::Start(RunRequest { cell, source, modes, workers, repeats, warm_up, build: Some("none".into()) })
    });
    let save = (text.clone(), ".{0,60}").prop_map(|(cell, text)| {
        let cell = CellId(if cell == "race" { "Race".into() } else { cell });
        ClientMessage::Save(Edit { cell, text, bases: vec![], occasion: Occasion::Typed })
    });
    let message = prop_oneof![
        start,
        save,
        text.prop_map(|cell| ClientMessage::Read(CellId(cell))),
        any::<u64>().prop_map(|run| ClientMessage::Stop(RunId(run))),
        any::<(u64, [u32; 3])>()
            .prop_map(|(run, [window, x, y])| ClientMessage::Touch(RunId(run), Touch { window, x, y })),
        (any::<u64>(), any::<u64>()).prop_map(|(run, since)| ClientMessage::Watch { run: RunId(run), since }),
        Just(ClientMessage::TakeOver),
    ];
    let bytes = message.prop_map(|message| postcard::to_allocvec(&message).expect("a message is plain data"));
    let spoilt = (bytes.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut bytes, place, byte)| {
        let place = place.index(bytes.len());
        // The first byte says what is asked for: an act of learning may be written down, and must not be made up here.
        if place > 0 {
            bytes[place] = byte;
        }
        bytes
    });
    let any_message = prop_oneof![3 => bytes, 2 => spoilt, 1 => proptest::collection::vec(200_u8..=255, 0..60)];
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let site = Site::start().await;
    for _ in 0..40 {
        let (mut page, welcome) = site.page().await;
        assert_eq!(welcome.runs, []);
        for _ in 0..20 {
            let bytes = any_message.new_tree(&mut runner).expect("there is one").current();
            if page.0.send(Message::binary(bytes)).await.is_err() {
                break;
            }
        }
        drop(page);
        assert_eq!(site.get("/api/here").await.0, 204);
    }
    assert_eq!(site.saved(), "");
    let written: Vec<_> =
        std::fs::read_dir(site.folder.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(!written.iter().any(|name| name.to_string_lossy().ends_with(".py")), "{written:?}");
    let (mut page, _) = site.page().await;
    let run = page.run("ended").await;
    assert_eq!(brief(&page.events(run, 0, over).await.0).last().unwrap(), "Completed");
    site.stop().await;
}
