use runner::check::{MISFITS, WOULD_FIT};

use super::{THEMES, choose, go, open_at, run, slugs};
use crate::harness::Bench;

/// What is wrong with the slide that is shown, in words; nothing, if it fits.
async fn misfits(bench: &Bench) -> Vec<String> {
    let script = format!("{MISFITS}; return misfits(window)");
    bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

#[tokio::test]
async fn every_slide_fits_a_projector_in_every_theme() {
    let bench = Bench::open().await;
    let slugs = slugs();
    assert!(slugs.len() > 70, "{slugs:?}");
    bench.view(1280, 720, "light").await;
    open_at(&bench, &slugs[0]).await;
    let (mut wrong, mut fitting) = (Vec::new(), Vec::new());
    for theme in THEMES {
        choose(&bench, theme).await;
        for slug in &slugs {
            go(&bench, slug).await;
            let (fits, misfits): (Vec<_>, Vec<_>) = misfits(&bench).await.into_iter().partition(|it| it == WOULD_FIT);
            wrong.extend(misfits.into_iter().map(|misfit| format!("{slug} in {theme}: {misfit}")));
            fitting.extend(fits.into_iter().map(|_| slug));
            bench.picture(&format!("{slug}-wide-{theme}")).await;
        }
    }
    let needless = |slug: &&String| fitting.iter().filter(|it| **it == *slug).count() == THEMES.len();
    wrong.extend(slugs.iter().filter(needless).map(|slug| format!("{slug} is `tall`, and would fit in every theme")));
    assert!(wrong.is_empty(), "{wrong:#?}");
    bench.close().await;
}

#[tokio::test]
async fn slides_fit_while_they_run_and_after_it() {
    let bench = Bench::open().await;
    bench.view(1280, 720, "light").await;
    let mut wrong = Vec::new();
    for slug in ["01-one-lock", "04-count-primes", "74-who-counts"] {
        open_at(&bench, slug).await;
        choose(&bench, "projector").await;
        run(&bench, if slug == "74-who-counts" { "ended" } else { "running" }).await;
        let mut see = async |when: &str| {
            for theme in THEMES {
                choose(&bench, theme).await;
                go(&bench, slug).await;
                let found = misfits(&bench).await;
                wrong.extend(found.into_iter().map(|misfit| format!("{slug} in {theme}, {when}: {misfit}")));
                bench.picture(&format!("{slug}-{when}-{theme}")).await;
            }
        };
        see("running").await;
        bench.find(".slide:not([hidden]) .cell[data-phase=ended] figure[data-chart=lanes]:not([data-spans='0'])").await;
        see("done").await;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    bench.close().await;
}

#[tokio::test]
async fn no_slide_is_wider_than_a_phone() {
    let bench = Bench::open().await;
    let slugs = slugs();
    bench.view(390, 844, "light").await;
    open_at(&bench, &slugs[0]).await;
    let mut wrong = Vec::new();
    for slug in &slugs {
        go(&bench, slug).await;
        let found =
            misfits(&bench).await.into_iter().filter(|misfit| !misfit.contains("vertically") && misfit != WOULD_FIT);
        wrong.extend(found.map(|misfit| format!("{slug}: {misfit}")));
        bench.picture(&format!("{slug}-phone")).await;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    bench.close().await;
}
