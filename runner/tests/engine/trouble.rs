//! Kernels that are of no use.

use std::time::Duration;

use runner::kernels::Kernel;
use shared::{Limits, Mode, RunEvent};

use crate::bench::{Bench, installed_kernels, kernel};

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

/// Code finds the descriptor by which its kernel or worker speaks, does this with it, and this is said of it.
const AT_THE_PIPE: [(&str, &str); 7] = [
    ("os.write(3, b'this is no frame at all' * 100)", WROTE),
    ("os.write(3, bytes([255] * 4) + b'x')", WROTE),
    ("os.write(3, (7).to_bytes(4, 'little') + bytes([250] * 7))", WROTE),
    ("[os.write(3, bytes([255] * 65536)) for _ in range(100)]", WROTE),
    ("os.close(3)", WROTE),
    ("os.dup2(os.open('/dev/null', os.O_RDWR), 3)", WROTE),
    // It waits for what is told to its kernel, which is nothing.
    ("os.read(3, 1)", "Timed out"),
];

const WROTE: &str = "code closed its event pipe or wrote to it";

#[tokio::test(flavor = "multi_thread")]
async fn code_that_writes_to_the_pipe_of_events_ends_its_own_run_alone() {
    let limits = Limits { wall: shared::Nanos(3_000_000_000), ..Limits::default() };
    let bench = Bench::with_kernels(limits, installed_kernels()).await;
    for mode in [Mode::Sequential, Mode::Threads, Mode::Subinterpreters, Mode::Processes] {
        for (line, said) in AT_THE_PIPE {
            let source = format!(
                "import os, time\nITEMS = [1]\n\ndef work(item):\n    print('before', flush=True)\n    {line}\n    \
                 time.sleep(1)\n    return item\n"
            );
            let run = bench.submit_source(&[mode], &source, None).await;
            let events = bench.events(run).await;
            let Some(RunEvent::LapEnded { ending, .. }) = events.get(events.len() - 2) else { panic!("{events:?}") };
            assert!(ending.sentence().contains(said), "{mode} {line}: {}", ending.sentence());
        }
        // The next is measured as if nothing had been.
        let run = bench.submit_source(&[mode], "ITEMS = [1, 2]\n\ndef work(item):\n    return item\n", None).await;
        assert_eq!(
            bench.events(run).await.last().map(|event| format!("{event:?}")).as_deref(),
            Some("Ended(Completed)"),
            "{mode}"
        );
    }
    let pool = "\
import os, time
import virgil

def hurt(item):
    os.write(3, b'this is no frame at all' * 100)
    time.sleep(1)

if __name__ == '__main__':
    with virgil.pool('processes', 1) as pool:
        pool.submit(hurt, 1).result()
";
    let run = bench.submit_source(&[Mode::Sequential], pool, None).await;
    let events = bench.events(run).await;
    let Some(RunEvent::LapEnded { ending, .. }) = events.get(events.len() - 2) else { panic!("{events:?}") };
    assert!(ending.sentence().contains(WROTE), "a pool: {}", ending.sentence());
    bench.close().await;
}
