//! Kernels that are of no use.

use std::time::Duration;

use runner::kernels::Kernel;
use shared::Limits;

use crate::bench::{Bench, kernel};

#[tokio::test(flavor = "multi_thread")]
async fn a_kernel_that_does_not_start_is_explained() {
    let missing = Kernel { binary: "/nowhere/virgil-kernel".into(), ..kernel("ordinary") };
    for (kernels, said) in [
        (vec![], "There is no Python"),
        (vec![missing], "can't be started"),
        (vec![kernel("fails")], "cannot open shared object file"),
        (vec![kernel("fails")], "exited with status 127"),
        (vec![kernel("other-protocol")], "another version of Virgil"),
        (vec![kernel("rubbish")], "did not speak as agreed"),
    ] {
        let bench = Bench::with_kernels(Limits::default(), kernels).await;
        for _ in 0..2 {
            let events = bench.play("ended").await;
            assert_eq!(events.len(), 1, "{events:?}");
            assert!(events[0].contains("Impossible") && events[0].contains(said), "{events:?}");
        }
        bench.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spare_that_died_is_replaced() {
    let bench = Bench::new().await;
    bench.play("ended").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let spare: i32 = crate::bench::children()[0].split(' ').next().unwrap().parse().unwrap();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(spare), nix::sys::signal::Signal::SIGKILL).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(bench.play("ended").await.last().unwrap(), "Completed");
    bench.close().await;
}
