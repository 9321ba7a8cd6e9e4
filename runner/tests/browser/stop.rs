use crate::harness::Bench;

/// Every process that descends from the runner, but for the kernel that stands ready: its arguments.
fn children(runner: u32) -> Vec<String> {
    let listed = std::process::Command::new("ps").args(["-eo", "pid=,ppid=,args="]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let processes: Vec<(u32, u32, String)> = listed
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let pid = words.next()?.parse().ok()?;
            let parent = words.next()?.parse().ok()?;
            Some((pid, parent, words.collect::<Vec<_>>().join(" ")))
        })
        .collect();
    let mut found = vec![runner];
    loop {
        let more: Vec<u32> = processes
            .iter()
            .filter(|(pid, parent, _)| found.contains(parent) && !found.contains(pid))
            .map(|(pid, ..)| *pid)
            .collect();
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    processes.into_iter().filter(|(pid, ..)| *pid != runner && found.contains(pid)).map(|(.., args)| args).collect()
}

#[tokio::test]
async fn an_endless_loop_stops_in_every_mode_and_the_next_run_works() {
    let bench = Bench::at_primes().await;
    for mode in ["sequential", "threads", "subinterpreters", "processes"] {
        bench.write("ITEMS = [1, 2]\n\ndef work(item):\n    print('begun')\n    while True:\n        pass\n").await;
        bench.choose(&[mode], &["2"]).await;
        bench.run().await;
        bench.find_text("[role=log] .line", "begun").await;
        bench.press("Stop").await;
        assert_eq!(bench.ending().await, "stopped", "{mode}");
        bench.write("ITEMS = [1, 2]\n\ndef work(item):\n    return item\n").await;
        bench.run().await;
        bench.phase("ended").await;
        bench.find(".cell[data-cell=primes][data-ending=completed]").await;
    }
    bench.close().await;
}

#[tokio::test]
async fn code_that_swallows_every_interrupt_is_killed_with_its_children() {
    let bench = Bench::at_primes().await;
    let stubborn = "\
import subprocess
ITEMS = [1]

def work(item):
    subprocess.Popen(['sh', '-c', 'trap \"\" TERM INT; setsid sleep 987 & sleep 987'])
    print('begun')
    # An interrupt may come where one layer of it catches nothing, but not two.
    while True:
        try:
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
        except BaseException:
            pass
";
    bench.write(stubborn).await;
    bench.choose(&["subinterpreters"], &["1"]).await;
    bench.run().await;
    bench.find_text("[role=log] .line", "begun").await;
    bench.cell().await.send_keys(thirtyfour::Key::Control + ".").await.unwrap();
    assert_eq!(bench.ending().await, "stopped");
    let sentence = bench.sentence().await;
    assert!(sentence.contains("did not react"), "{sentence}");
    let left = children(bench.runner());
    assert!(!left.iter().any(|arguments| arguments.contains("987")), "left: {left:?}");
    assert!(left.len() <= 1, "more than the kernel that stands ready: {left:?}");
    bench.close().await;
}

#[tokio::test]
async fn a_queued_run_shows_its_place_and_can_be_withdrawn() {
    let bench = Bench::at_primes().await;
    bench.write("ITEMS = [1]\n\ndef work(item):\n    while True:\n        pass\n").await;
    bench.choose(&["threads"], &["1"]).await;
    bench.run().await;
    bench.phase("running").await;
    let first = bench.driver.window().await.unwrap();

    let second = bench.driver.new_tab().await.unwrap();
    bench.driver.switch_to_window(second).await.unwrap();
    bench.go("01-one-lock").await;
    bench.find(".connection[data-state=open]").await;
    bench.find(".cell[data-phase=idle] .cm-content").await.click().await.unwrap();
    bench.find(".cell .cm-content").await.send_keys(thirtyfour::Key::Shift + thirtyfour::Key::Enter).await.unwrap();
    let queued = bench.find(".cell[data-phase=queued]").await.text().await.unwrap();
    assert!(queued.contains('1'), "no place is shown: {queued}");
    bench.find(".cell .cm-content").await.send_keys(thirtyfour::Key::Control + ".").await.unwrap();
    bench.find(".cell[data-phase=ended][data-ending=stopped]").await;

    bench.driver.switch_to_window(first).await.unwrap();
    bench.press("Stop").await;
    assert_eq!(bench.ending().await, "stopped");
    bench.close().await;
}
