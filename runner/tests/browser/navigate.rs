use thirtyfour::Key;

use crate::harness::Bench;

async fn slide(bench: &Bench) -> String {
    let path = bench.driver.current_url().await.unwrap().path().to_owned();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn arrow_keys_turn_slides_but_never_while_one_edits() {
    let bench = Bench::open().await;
    bench.find(".connection[data-state=open]").await;
    let first = slide(&bench).await;
    bench.find("body").await.send_keys(Key::Right + "").await.unwrap();
    bench.find_text(".position", "2").await;
    let second = slide(&bench).await;
    assert_ne!(first, second);

    bench.go("04-count-primes").await;
    let editor = bench.cell().await;
    editor.click().await.unwrap();
    for key in [Key::Right, Key::Left, Key::Home, Key::End] {
        editor.send_keys(key + "").await.unwrap();
    }
    assert_eq!(slide(&bench).await, "04-count-primes");
    bench.close().await;
}

#[tokio::test]
async fn an_edit_survives_going_to_another_slide_and_back() {
    let bench = Bench::at_primes().await;
    bench.write("# still here\n").await;
    bench.find("a[rel=prev]").await.click().await.unwrap();
    bench.find(".slide:not([data-slide='04-count-primes'], [hidden])").await;
    bench.find("a[rel=next]").await.click().await.unwrap();
    bench.find(".slide[data-slide='04-count-primes']:not([hidden])").await;
    assert_eq!(bench.text().await.trim(), "# still here");
    bench.close().await;
}
