//! How far somebody has come: the same in all tabs, and after the runner was restarted.

use shared::{Act, CellId, ClientMessage, Progress, RunId, ServerMessage};

use crate::site::{Page, Site};

fn race() -> CellId {
    CellId("race".into())
}

async fn learn(page: &mut Page, number: u32, act: Act) -> Progress {
    page.say(&ClientMessage::Learn { number, act }).await;
    loop {
        match page.hear().await {
            // It may be told as one of all tabs first.
            ServerMessage::Progress(_) => {}
            ServerMessage::Learned { number: heard, progress, trouble } => {
                assert_eq!((heard, trouble), (number, None));
                return progress;
            }
            other => panic!("it heard {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_tab_did_is_known_in_all_and_kept() {
    let site = Site::start().await;
    let (mut one, welcome) = site.page().await;
    assert_eq!(welcome.progress, Progress::default());
    let (mut other, _) = site.page().await;
    let progress = learn(&mut one, 1, Act::SeeSolution(race())).await;
    assert!(progress.of(&race()).solution_seen);
    assert_eq!(other.hear().await, ServerMessage::Progress(progress.clone()));
    // What the deck doesn't have is confirmed, so that it isn't said for ever, and not kept.
    let foreign = Act::Pass { cell: CellId("nope".into()), run: RunId(1) };
    assert_eq!(learn(&mut one, 2, foreign).await, progress);
    let progress = learn(&mut one, 3, Act::Pass { cell: race(), run: RunId(1) }).await;
    assert_eq!(other.hear().await, ServerMessage::Progress(progress.clone()));
    let (_, welcome) = site.page().await;
    assert_eq!(welcome.progress, progress);
    let file = std::fs::read(site.folder.path().join("workspace/.virgil/progress.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Progress>(&file).unwrap(), progress);
    site.stop().await;
}
