//! What is served to whoever may come in.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt;
use shared::{CellId, Deck, ExerciseHelp, PROTOCOL, ServerMessage};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::harness::Harness;

fn deck(virgil: &Harness) -> Deck {
    let reply = virgil.send("GET /api/deck", &[&virgil.cookie()]);
    assert_eq!(reply.status, 200);
    postcard::from_bytes(&reply.body).unwrap()
}

#[test]
fn the_address_leads_to_the_first_slide() {
    let virgil = Harness::start();
    let reply = virgil.send("GET /", &[&virgil.cookie()]);
    assert_eq!((reply.status, reply.header("location")), (303, Some("/slide/01-one")));
}

#[test]
fn a_page_has_one_slide_and_the_way_to_its_neighbours() {
    let virgil = Harness::start();
    for (slug, position, previous, next) in [
        ("01-one", "1 / 3", None, Some("02-two")),
        ("02-two", "2 / 3", Some("01-one"), Some("03-three")),
        ("03-three", "3 / 3", Some("02-two"), None),
    ] {
        let html = virgil.send(&format!("GET /slide/{slug}"), &[&virgil.cookie()]).text();
        let anchor = |rel: &str, to: &str| format!("<a rel=\"{rel}\" class=\"{rel}\" href=\"/slide/{to}\">");
        for (rel, to) in [("prev", previous), ("next", next)] {
            match to {
                Some(to) => assert!(html.contains(&anchor(rel, to)), "{html}"),
                None => assert!(!html.contains(&format!("rel=\"{rel}\"")), "{html}"),
            }
        }
        assert!(html.contains(&format!("<span class=\"position\">{position}</span>")), "{html}");
        assert!(
            html.contains(&format!("<section class=\"slide\" data-slide=\"{slug}\" aria-labelledby=\"title-{slug}\">"))
        );
        assert_eq!(html.matches("<section").count(), 1);
        assert!(html.contains(&format!("<h1 id=\"title-{slug}\">")), "{html}");
        assert!(!html.contains("{{") && !html.contains(" style=") && !html.contains("<script>"), "{html}");
    }
}

#[test]
fn texts_are_escaped() {
    let virgil = Harness::start();
    let html = virgil.send("GET /slide/01-one", &[&virgil.cookie()]).text();
    assert!(html.contains("<title>One &lt;lock&gt; · Virgil</title>"), "{html}");
    assert!(html.contains("<span class=\"deck-title\">Threads &amp; locks</span>"), "{html}");
    assert!(html.contains("print(1 &lt; 2)"), "{html}");
}

#[test]
fn a_page_loads_its_program_or_says_why_it_can_not() {
    let virgil = Harness::start();
    let html = virgil.send("GET /slide/01-one", &[&virgil.cookie()]).text();
    let boot = virgil.send("GET /boot.js", &[]);
    let Some(program) = runner::assets::Assets::embedded().program else {
        assert!(html.contains("<code>cargo xtask serve</code>") && !html.contains("<script"), "{html}");
        assert_eq!(boot.status, 404);
        return;
    };
    assert!(html.contains("<script type=\"module\" src=\"/boot.js\"></script>"), "{html}");
    assert!(boot.text().contains(&program.script) && boot.text().contains(&program.module), "{}", boot.text());
    assert_eq!(boot.header("cache-control"), Some("no-cache"));
    let tag = format!("If-None-Match: {}", boot.header("etag").unwrap());
    assert_eq!(virgil.send("GET /boot.js", &[&tag]).status, 304);

    let plain = virgil.send(&format!("GET {}", program.module), &[]);
    assert_eq!((plain.status, plain.header("content-type")), (200, Some("application/wasm")));
    assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(plain.header("content-encoding"), None);
    let packed = virgil.send(&format!("GET {}", program.module), &["Accept-Encoding: gzip, br"]);
    assert_eq!((packed.status, packed.header("content-encoding")), (200, Some("br")));
    assert!(packed.header("vary").unwrap().eq_ignore_ascii_case("accept-encoding"));
    assert!(packed.body.len() < plain.body.len());
    assert_eq!(virgil.send("GET /assets/index.html", &[]).status, 404);
    assert_eq!(virgil.send(&format!("GET {}.br", program.module), &[]).status, 404);
}

#[test]
fn the_deck_has_the_workspaces_texts() {
    let virgil = Harness::start();
    let before = deck(&virgil);
    assert_eq!(before.cells[0].text, before.cells[0].starter);
    let workspace = virgil.folder.path().join("workspace");
    // By which it is held: nothing else is written before something is edited.
    let names =
        |folder: &Path| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    assert_eq!(
        (names(&workspace), names(&workspace.join(".virgil"))),
        (vec![".virgil".into()], vec!["running".into()])
    );

    std::fs::write(workspace.join("01-one-1.py"), "print('<mine>')\n").unwrap();
    let after = deck(&virgil);
    assert_eq!(
        (after.cells[0].text.as_str(), &after.cells[0].starter),
        ("print('<mine>')\n", &before.cells[0].starter)
    );
    let slides = virgil.send("GET /api/slides", &[&virgil.cookie()]);
    let slides: BTreeMap<String, String> = postcard::from_bytes(&slides.body).unwrap();
    assert_eq!(slides.len(), 3);
    assert!(slides["01-one"].contains("print(&#39;&lt;mine&gt;&#39;)"), "{slides:?}");
    assert_eq!(after.slides[0].html, "", "it is no part of the deck");
    assert!(after.quizzes.iter().all(|quiz| quiz.question.is_empty()), "nor are the words of quizzes");
    let html = virgil.send("GET /slide/01-one", &[&virgil.cookie()]).text();
    assert!(html.contains("&lt;mine&gt;") && !html.contains("print(1"), "{html}");
}

#[test]
fn help_with_exercises_is_no_part_of_the_deck() {
    let virgil = Harness::start();
    let help = virgil.send("GET /api/help", &[&virgil.cookie()]);
    let help: BTreeMap<CellId, ExerciseHelp> = postcard::from_bytes(&help.body).unwrap();
    let race = &help[&CellId("race".into())];
    assert_eq!(race.hints.len(), 2);
    assert!(race.hints[0].html.contains("One."), "{race:?}");
    let deck = deck(&virgil);
    let exercise = deck.cells.iter().find_map(|cell| cell.exercise.as_ref()).unwrap();
    assert_eq!(exercise.hints, 2);
    assert_eq!(virgil.send("GET /api/help", &[]).status, 401);
}

#[test]
fn dynamic_responses_are_packed_too() {
    let virgil = Harness::start();
    for (accepted, expected) in [("br", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
        let reply = virgil.send("GET /api/deck", &[&virgil.cookie(), &format!("Accept-Encoding: {accepted}")]);
        assert_eq!((reply.status, reply.header("content-encoding")), (200, expected));
    }
}

#[test]
fn head_is_get_without_the_body() {
    let virgil = Harness::start();
    for path in ["/slide/01-one", "/api/deck", "/healthz"] {
        let reply = virgil.send(&format!("HEAD {path}"), &[&virgil.cookie()]);
        assert_eq!((reply.status, reply.body.len()), (200, 0), "{path}");
    }
}

#[tokio::test]
async fn the_socket_says_first_who_speaks() {
    let virgil = Harness::start();
    let mut request = format!("ws://127.0.0.1:{}/api/socket", virgil.port).into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {}", virgil.token).parse().unwrap());
    // What is packed on the way would not be a frame any more.
    request.headers_mut().insert("accept-encoding", "br, gzip".parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let first = tokio::time::timeout(Duration::from_secs(5), socket.next()).await.unwrap().unwrap().unwrap();
    let ServerMessage::Welcome(welcome) = postcard::from_bytes(&first.into_data()).unwrap() else {
        panic!("not first")
    };
    assert_eq!(welcome.protocol, PROTOCOL);
    assert_eq!(welcome.workspace, virgil.folder.path().join("workspace").display().to_string());
    assert!(welcome.trouble.unwrap().contains("cargo xtask kernels"));
}

#[test]
fn the_notebook_has_all_slides_with_the_workspaces_texts() {
    let virgil = Harness::start();
    std::fs::write(virgil.folder.path().join("workspace/01-one-1.py"), "print('<mine>')\n").unwrap();
    let html = virgil.send("GET /notebook", &[&virgil.cookie()]).text();
    for part in [
        "<title>Notebook · Threads &amp; locks</title>",
        "<h1>Threads &amp; locks</h1>",
        "<h2 id=\"section-1\">S</h2>\n<p class=\"planned\">3 minutes</p>",
        "<section class=\"slide\" id=\"02-two\" data-slide=\"02-two\" aria-labelledby=\"title-02-two\">",
        "<span class=\"code-of-slide\">1</span> One &lt;lock&gt;</h3>",
        "<p class=\"planned\">1 minute <a class=\"as-slide\" href=\"/slide/03-three\">",
        "<li data-slide=\"02-two\"><a href=\"#02-two\">",
        "print(&#39;&lt;mine&gt;&#39;)",
        "<div class=\"explanation\">\n<p>More about <a href=\"#03-three\">three</a> and the <span class=\"term\"",
        "<dt>lock</dt><dd id=\"term-0\">Who has it, runs.</dd>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert_eq!((html.matches("<h1").count(), html.matches("<h3 id=").count()), (1, 3));
    assert!(!html.contains("print(1") && !html.contains("{{") && !html.contains(" style="), "{html}");
    // What is explained is in the notebook only.
    let slide = virgil.send("GET /slide/02-two", &[&virgil.cookie()]).text();
    assert!(!slide.contains("More about") && slide.contains("href=\"/notebook#02-two\">Notebook</a>"), "{slide}");
}
