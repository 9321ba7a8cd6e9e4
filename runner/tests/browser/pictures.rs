use thirtyfour::Key;

use crate::harness::Bench;

/// The views that people look at before anything is published: size and colours.
pub const VIEWS: [(&str, u32, u32, &str); 4] = [
    ("wide-light", 1280, 720, "light"),
    ("wide-dark", 1280, 720, "dark"),
    ("phone-light", 390, 844, "light"),
    ("phone-dark", 390, 844, "dark"),
];

#[tokio::test]
async fn pictures_of_every_slide_and_of_a_race() {
    let bench = Bench::open().await;
    for slug in ["01-one-lock", "02-an-interpreter-each", "03-read-the-lanes", "03-who-can-run", "04-count-primes"] {
        bench.go(slug).await;
        bench.find(".connection[data-state=open]").await;
        for (name, width, height, colours) in VIEWS {
            bench.view(width, height, colours).await;
            bench.picture(&format!("{slug}-{name}")).await;
            let wide = bench.page_width().await;
            assert!(wide <= width, "{slug} is {wide} px wide at {width}");
        }
    }
    bench.cell().await;
    bench.press_in_bar("button.doctor").await;
    bench.find("dialog.checkup:not([data-state=looking])").await;
    for (name, width, height, colours) in VIEWS {
        bench.view(width, height, colours).await;
        bench.picture(&format!("ready-{name}")).await;
    }
    bench.driver.active_element().await.unwrap().send_keys(Key::Escape + "").await.unwrap();
    bench.view(1280, 720, "light").await;
    bench.run().await;
    bench.find(".cell[data-cell=primes] figure[data-chart=lanes]:not([data-spans='0'])").await;
    for (name, width, height, colours) in VIEWS {
        bench.view(width, height, colours).await;
        bench.picture(&format!("race-running-{name}")).await;
    }
    bench.view(1280, 720, "light").await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    for (name, width, height, colours) in VIEWS {
        bench.view(width, height, colours).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        bench.picture(&format!("race-done-{name}")).await;
    }
    for tab in ["Time", "Memory", "Topology", "Speed-up"] {
        bench.press(tab).await;
        for (name, width, height, colours) in VIEWS {
            bench.view(width, height, colours).await;
            let slug = tab.to_lowercase();
            bench.find(&format!("[role=tabpanel] figure[data-chart={slug}]:not([data-points='0'])")).await;
            let script = "document.querySelector('[data-cell=primes] .charts').scrollIntoView()";
            bench.driver.execute(script, vec![]).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            bench.picture(&format!("chart-{slug}-{name}")).await;
        }
    }
    // README's picture: CONTRIBUTING.md says how it gets there.
    bench.view(1280, 1060, "light").await;
    bench.driver.execute("document.querySelector('[data-cell=primes]').scrollIntoView()", vec![]).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    bench.picture("race").await;
    bench.close().await;
}
