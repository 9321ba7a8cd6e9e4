//! What is on the terminal, and what is not where there is none.

use std::fs::File;
use std::io::Read;
use std::process::Stdio;

use nix::pty::{Winsize, openpty};

use crate::bench::{Bench, WORKLOAD};

/// What a terminal of so many columns gets to see.
fn on_a_terminal(bench: &Bench, arguments: &str, columns: u16, no_color: bool) -> String {
    let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    let terminal = openpty(Some(&size), None).unwrap();
    let mut command = bench.command(arguments);
    command.env("TERM", "xterm").env_remove("NO_COLOR");
    if no_color {
        command.env("NO_COLOR", "1");
    }
    command.stdout(Stdio::from(terminal.slave.try_clone().unwrap())).stderr(Stdio::from(terminal.slave));
    let mut child = command.spawn().unwrap();
    // It holds the terminal's other end.
    drop(command);
    let mut screen = File::from(terminal.master);
    let (mut text, mut part) = (Vec::new(), [0; 4096]);
    // Once nobody has the other end any more, reading fails.
    while let Ok(length @ 1..) = screen.read(&mut part) {
        text.extend_from_slice(&part[..length]);
    }
    child.wait().unwrap();
    bench.assert_nothing_is_left();
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn a_terminal_gets_a_bar_and_colours() {
    let source = "import time\ndef work(item):\n    time.sleep(.2)\n    print('said', item)\n    if item == 3: raise ValueError('x' * 200)\n\nITEMS = range(4)\n";
    let bench = Bench::with("code.py", source);
    for (no_color, coloured) in [(false, true), (true, false)] {
        let screen = on_a_terminal(&bench, "code.py --modes threads --workers 2", 80, no_color);
        assert!(screen.contains("lap 1 of 1 · threads × 2 · 2 of 4 tasks"), "{screen:?}");
        assert!(screen.contains("\x1b[2K[thread ") && screen.contains("] said 0\r\n"), "{screen:?}");
        assert_eq!(screen.contains("\x1b[31m"), coloured, "{screen:?}");
        let row =
            screen.split("\r\n").find(|line| line.contains("ValueError in task 3") && line.contains('…')).unwrap();
        let row = row.rsplit("\x1b[2K").next().unwrap().trim_start_matches("\x1b[31m").trim_end_matches("\x1b[0m");
        assert_eq!(row.chars().count(), 80, "{row:?}");
    }
}

#[test]
fn a_file_gets_neither() {
    let bench = Bench::with("code.py", WORKLOAD);
    let mut command = bench.command("code.py --modes sequential,threads --workers 2");
    let ended = bench.end(command.env("CLICOLOR_FORCE", "1").env("TERM", "xterm").spawn().unwrap());
    for text in [&ended.stdout, &ended.stderr] {
        assert!(!text.contains('\x1b') && !text.contains("lap 1 of"), "{ended:?}");
    }
    let lines: Vec<_> = ended.stdout.lines().map(|line| line.split_whitespace().next().unwrap_or_default()).collect();
    assert_eq!(
        lines,
        [
            "mode",
            "sequential",
            "threads",
            "",
            "mode",
            "sequential",
            "threads",
            "",
            "Every",
            "Start-up,",
            "Memory:",
            "All"
        ]
    );
}

#[test]
fn output_keeps_its_lines_and_says_whose_they_are() {
    let source = "import sys, time\ndef work(item):\n    for word in 'one two'.split():\n        print(item, word, end=' ', flush=True)\n        time.sleep(.01)\n    print('end', file=sys.stderr)\n\nITEMS = range(4)\n";
    let bench = Bench::with("code.py", source);
    let ended = bench.run("code.py --modes subinterpreters --workers 2");
    let mut count = 0;
    for line in ended.stderr.lines() {
        let (worker, said) = line.strip_prefix("[interpreter ").unwrap().split_once("] ").unwrap();
        assert!(["0", "1"].contains(&worker), "{line}");
        let words: Vec<_> = said.split_whitespace().collect();
        let whole = |part: &[&str]| matches!(part, [item, "one", same, "two"] if item == same);
        assert!(said == "end" || words.chunks(4).all(whole), "{line}");
        count += usize::from(said == "end");
    }
    assert_eq!(count, 4, "{ended:?}");
}

#[test]
fn the_same_traceback_is_shown_once() {
    let bench = Bench::with("code.py", "def work(item):\n    import faulthandler\n\nITEMS = [1]\n");
    let ended = bench.run("code.py --modes sequential,subinterpreters --workers 1 --repeat 3");
    assert_eq!(ended.stderr.matches("Traceback").count(), 1, "{ended:?}");
    assert_eq!(ended.stdout.matches("does not support").count(), 3, "{ended:?}");
}
