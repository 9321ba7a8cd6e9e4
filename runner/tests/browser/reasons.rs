//! Why it didn't get faster: said once under the charts, with a way to the slide and back.

use thirtyfour::prelude::*;

use crate::harness::Bench;
use crate::pictures::VIEWS;

/// Threads compute: of four, three wait for the GIL, also while other programs have the cores.
const COMPUTES: &str = "ITEMS = [900_000] * 6\n\ndef work(n):\n    return sum(i % 7 for i in range(n))\n";
const LIST: &str = "[data-cell=primes] .reasons:not([hidden]) li";

#[tokio::test]
async fn a_run_says_why_and_leads_to_the_slide_by_keyboard_and_back() {
    let bench = Bench::at_primes().await;
    bench.write(COMPUTES).await;
    // Alone: beside another lap a busy machine could make it look fast.
    bench.choose(&["threads"], &["4"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.find_text("[data-cell=primes] .reasons h4", "Why didn't it get faster?").await;
    let told = bench.texts(LIST).await;
    assert!((1..=3).contains(&told.len()), "{told:?}");
    assert_eq!(bench.texts(&format!("{LIST}[data-reason=gil-bound]")).await.len(), 1, "{told:?}");
    for (name, width, height, colours) in VIEWS {
        bench.view(width, height, colours).await;
        let look = "document.querySelector('[data-cell=primes] .reasons').scrollIntoView({block: 'center'})";
        bench.driver.execute(look, vec![]).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        bench.picture(&format!("reasons-{name}")).await;
    }
    bench.view(1280, 720, "light").await;
    let link = bench.find(&format!("{LIST}[data-reason=gil-bound] a")).await;
    link.focus().await.unwrap();
    link.send_keys(Key::Enter + "").await.unwrap();
    bench.find(".slide[data-slide='61-waiting-for-the-gil']:not([hidden]) h1").await;
    bench.driver.back().await.unwrap();
    bench.find(".slide[data-slide='04-count-primes']:not([hidden])").await;
    assert_eq!(bench.texts(LIST).await, told, "they are gone");

    // A warning that says the same as a reason is left out.
    bench.write("ITEMS = range(3000)\n\ndef work(n):\n    return n + 1\n").await;
    bench.choose(&["sequential", "processes"], &["2"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.find_text(&format!("{LIST}[data-reason=tiny-tasks]"), "handing out tasks").await;
    assert_eq!(bench.texts("[data-remark=tiny-tasks]").await, Vec::<String>::new());
    bench.close().await;
}

/// What is to be read and all of the code is seen at once in a window of 1280 by 720 pixels.
#[tokio::test]
async fn the_slides_that_explain_fit() {
    let bench = Bench::open().await;
    bench.view(1280, 720, "light").await;
    let mut misfits = Vec::new();
    for slug in ["60-why-not-faster"].into_iter().chain(shared::REASON_SLIDES) {
        bench.go(slug).await;
        bench.find(".connection[data-state=open]").await;
        if slug != "60-why-not-faster" {
            bench.find(&format!(".slide[data-slide='{slug}'] .cm-content")).await;
        }
        let script = "const last = document.querySelector('.slide:not([hidden]) :is(.editor, table)');
            return [Math.floor(last.getBoundingClientRect().bottom + scrollY), document.documentElement.scrollWidth]";
        let [bottom, wide]: [i64; 2] = bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap();
        if bottom > 720 || wide > 1280 {
            misfits.push((slug, bottom, wide));
        }
        bench.picture(&format!("{slug}-wide-light")).await;
    }
    assert!(misfits.is_empty(), "slide, its bottom, its width: {misfits:?}");
    bench.close().await;
}
