//! Edits over the wire: conflicts, versions, who may save, and a page that gets no WebSocket.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shared::{
    CellId, ClientMessage, Driver, Edit, Mode, Occasion, RunEvent, RunRequest, ServerMessage, Version, VersionKind,
    fingerprint,
};

use crate::bench::brief;
use crate::site::Site;

fn cell() -> CellId {
    CellId("race".into())
}

fn save(text: &str, base: &str) -> ClientMessage {
    let (cell, bases) = (cell(), vec![fingerprint(base)]);
    ClientMessage::Save(Edit { cell, text: text.into(), bases, occasion: Occasion::Typed })
}

fn saved(text: &str) -> ServerMessage {
    ServerMessage::Saved { cell: cell(), fingerprint: fingerprint(text) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_changed_elsewhere_is_asked_about_and_both_texts_are_versions() {
    let site = Site::start().await;
    let (mut page, welcome) = site.page().await;
    assert_eq!(welcome.files, [(cell(), fingerprint("print('starter')\n"))]);
    page.say(&save("mine", "print('starter')\n")).await;
    assert_eq!(page.hear().await, saved("mine"));
    std::fs::write(site.folder.path().join("workspace/race.py"), "theirs").unwrap();
    page.say(&save("mine, edited", "mine")).await;
    assert_eq!(page.hear().await, ServerMessage::Conflict { cell: cell(), disk: "theirs".into() });
    assert_eq!(site.saved(), "theirs");
    page.say(&ClientMessage::Read(cell())).await;
    assert_eq!(page.hear().await, ServerMessage::Text { cell: cell(), text: "theirs".into() });

    let (status, list) = site.get("/api/versions/race").await;
    let versions: Vec<Version> = serde_json::from_str(&list).unwrap();
    let kinds: Vec<VersionKind> = versions.iter().map(|version| version.kind).collect();
    assert_eq!((status, kinds), (200, vec![VersionKind::Unsaved, VersionKind::Elsewhere]));
    for (version, text) in versions.iter().zip(["mine, edited", "theirs"]) {
        let (status, body) = site.get(&format!("/api/version/race/{}", version.at)).await;
        assert_eq!((status, serde_json::from_str::<String>(&body).unwrap().as_str()), (200, text));
    }
    for path in ["/api/versions/nope", "/api/version/race/1", "/api/version/race", "/api/version/../race/1"] {
        assert_eq!(site.get(path).await.0, 404, "{path}");
    }
    page.say(&save("mine, edited", "theirs")).await;
    assert_eq!(page.hear().await, saved("mine, edited"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tab_saves_and_the_others_follow_until_they_take_over() {
    let site = Site::start().await;
    let (mut one, welcome) = site.tab(1).await;
    assert_eq!(welcome.driver, Driver::You);
    let (mut two, welcome) = site.tab(2).await;
    assert_eq!(welcome.driver, Driver::Earlier);
    two.say(&save("two", "print('starter')\n")).await;
    assert!(matches!(two.hear().await, ServerMessage::NotSaved { sentence, .. } if sentence.contains("take over")));
    one.say(&save("one", "print('starter')\n")).await;
    assert_eq!(one.hear().await, saved("one"));
    assert_eq!(two.hear().await, ServerMessage::Text { cell: cell(), text: "one".into() });

    two.say(&ClientMessage::TakeOver).await;
    assert_eq!(two.hear().await, ServerMessage::Driver(Driver::You));
    assert_eq!(one.hear().await, ServerMessage::Driver(Driver::TookOver));
    two.say(&save("two", "one")).await;
    assert_eq!(two.hear().await, saved("two"));
    assert_eq!(one.hear().await, ServerMessage::Text { cell: cell(), text: "two".into() });

    // A reload is no other tab, and one that is gone holds up nobody.
    drop(two);
    let (two, welcome) = site.tab(2).await;
    assert_eq!(welcome.driver, Driver::You);
    drop(two);
    assert_eq!(one.hear().await, ServerMessage::Driver(Driver::You));
    site.stop().await;
}

/// Reads a stream of events.
struct Events(reqwest::Response, String);

impl Events {
    /// The name and the data of the next.
    async fn next(&mut self) -> (String, String) {
        loop {
            while let Some((event, rest)) = self.1.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.1 = rest;
                if let Some((name, data)) = event.split_once('\n') {
                    let data = data.strip_prefix("data: ").expect("an event has data").to_owned();
                    return (name.strip_prefix("event: ").expect("an event has a name").to_owned(), data);
                }
            }
            let piece = tokio::time::timeout(Duration::from_secs(20), self.0.chunk()).await;
            let piece = piece.expect("the server speaks").expect("it can be read").expect("the server is there");
            self.1 += std::str::from_utf8(&piece).expect("events are text");
        }
    }

    async fn hear(&mut self) -> ServerMessage {
        loop {
            let (name, data) = self.next().await;
            assert_eq!(name, "message");
            let message =
                postcard::from_bytes(&STANDARD.decode(data).expect("it is base64")).expect("it speaks the protocol");
            if !matches!(message, ServerMessage::Environment(_)) {
                return message;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_web_socket_has_the_same_messages_as_events_and_posts() {
    let site = Site::start().await;
    let address = format!("http://127.0.0.1:{}/api", site.server.port());
    let client = reqwest::Client::new();
    let token = site.server.token().text();
    let response = client.get(format!("{address}/events?tab=7")).bearer_auth(token).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut events = Events(response, String::new());
    let (first, name) = events.next().await;
    assert_eq!(first, "name");
    assert!(matches!(events.hear().await, ServerMessage::Welcome(welcome) if welcome.driver == Driver::You));
    let post = async |name: &str, messages: &[ClientMessage]| {
        let encode = |message| STANDARD.encode(postcard::to_allocvec(message).unwrap());
        let body: Vec<String> = messages.iter().map(encode).collect();
        let request = client.post(format!("{address}/message/{name}")).bearer_auth(token).header("x-virgil", "1");
        request.json(&body).send().await.unwrap().status().as_u16()
    };
    let request = RunRequest {
        cell: cell(),
        source: "say first\nended".into(),
        modes: vec![Mode::Sequential],
        workers: vec![],
        repeats: 1,
        warm_up: 0,
        build: None,
    };
    assert_eq!(post(&name, &[save("mine", "print('starter')\n"), ClientMessage::Start(request)]).await, 204);
    let (mut run, mut is_saved, mut heard) = (None, false, Vec::new());
    while !is_saved || !matches!(heard.last(), Some(RunEvent::Ended(_))) {
        match events.hear().await {
            ServerMessage::Accepted(ticket) => run = Some(ticket.id),
            ServerMessage::Events { first, events: more, .. } => {
                assert_eq!(first, heard.len() as u64);
                heard.extend(more);
            }
            message => is_saved |= message == saved("mine"),
        }
    }
    let run = run.unwrap();
    assert_eq!(brief(&heard).join(", "), "0 started sequential, 0 first, 0 completed, Completed");
    // The same events by a socket: numbers are the run's, whatever they travel by.
    let (mut page, _) = site.tab(8).await;
    page.say(&ClientMessage::Watch { run, since: 2 }).await;
    let over = |events: &[RunEvent]| matches!(events.last(), Some(RunEvent::Ended(_)));
    assert_eq!(page.events(run, 2, over).await.0, heard[2..]);

    assert_eq!(post("none", &[]).await, 410);
    drop(events);
    // The server notices at once that nobody listens, and lets the other tab change the files.
    assert_eq!(page.hear().await, ServerMessage::Driver(Driver::You));
    assert_eq!(post(&name, &[]).await, 410);
    site.stop().await;
}
