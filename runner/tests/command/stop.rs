//! Whatever ends the command early, nothing of the run is left.

use std::io::Read;
use std::process::{Child, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use runner::command::result::{Document, How};

use crate::bench::{Bench, WORKLOAD};

/// Completes at once as sequential, and then does not end; leaves processes in sessions of their own.
const STUBBORN: &str = "\
import os, subprocess, time
def work(item):
    if os.path.exists('second'):
        subprocess.Popen(['sleep', '1000'], start_new_session=True)
        while True:
            try:
                open('here', 'w').close()
                time.sleep(1000)
            except BaseException: pass
    open('second', 'w').close()

ITEMS = [1]
";

fn send(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
}

#[test]
fn a_signal_stops_softly_and_keeps_what_there_is() {
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143), (Signal::SIGHUP, 129)] {
        let bench = Bench::with("code.py", STUBBORN);
        let child =
            bench.command("code.py --modes sequential,threads --workers 1 --repeat 2 --json out.json").spawn().unwrap();
        bench.wait_for("here");
        send(&child, signal);
        let ended = bench.end(child);
        assert_eq!(ended.code, Some(code), "{ended:?}");
        assert!(ended.stderr.contains("virgil: Stopped"), "{ended:?}");
        let table: Vec<_> = ended.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(table[..3], ["mode", "sequential", "threads"], "{ended:?}");
        let document: Document =
            serde_json::from_str(&std::fs::read_to_string(bench.path("out.json")).unwrap()).unwrap();
        assert_eq!(document.laps.len(), 2);
        assert!(matches!(document.laps[0].ending.how, How::Completed { .. }), "{document:?}");
        assert!(
            matches!(document.laps[1].ending.how, How::Stopped { killed: true, after_ns: Some(1..) }),
            "{document:?}"
        );
        assert_eq!((document.ending.kind.as_str(), i32::from(document.ending.exit_code)), ("stopped", code));
    }
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let bench = Bench::with("code.py", STUBBORN);
    let child = bench.command("code.py --modes sequential,threads --workers 1").spawn().unwrap();
    bench.wait_for("here");
    send(&child, Signal::SIGINT);
    send(&child, Signal::SIGINT);
    assert_eq!(bench.end(child).code, Some(130));
}

#[test]
fn ctrl_c_is_heard_while_nobody_reads() {
    let flood = "open('here', 'w').close()\nwhile True: print('x' * 1000)\n";
    let bench = Bench::with("code.py", flood);
    let mut child = bench.command("code.py").spawn().unwrap();
    bench.wait_for("here");
    // The pipes are open, full, and not read until it has ended.
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    send(&child, Signal::SIGINT);
    std::thread::sleep(std::time::Duration::from_millis(500));
    send(&child, Signal::SIGINT);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    bench.assert_nothing_is_left();
    drop((stdout, stderr));
}

#[test]
fn a_reader_that_leaves_ends_the_run_and_nothing_panics() {
    let slow = "import time\ndef work(item):\n    time.sleep(.05)\n    print('said')\n\nITEMS = range(2)\n";
    for (source, arguments, with_errors) in [
        (slow, "code.py --modes sequential,threads --workers 1 --repeat 50 --json out.json", false),
        ("while True: print('x')\n", "code.py --json out.json", true),
    ] {
        let bench = Bench::with("code.py", source);
        let mut command = bench.command(arguments);
        let (mut reader, writer) = std::io::pipe().unwrap();
        command.stdout(writer.try_clone().unwrap());
        if with_errors {
            command.stderr(writer);
        } else {
            drop(writer);
        }
        let child = command.spawn().unwrap();
        drop(command);
        let mut first = [0; 1];
        reader.read_exact(&mut first).unwrap();
        drop(reader);
        let ended = bench.end(child);
        assert_eq!(ended.code, Some(141), "{ended:?}");
        let document: Document =
            serde_json::from_str(&std::fs::read_to_string(bench.path("out.json")).unwrap()).unwrap();
        assert_eq!(document.ending.exit_code, 141);
    }
}

#[test]
fn without_standard_error_the_table_is_whole() {
    let bench = Bench::with("code.py", WORKLOAD);
    let mut command = bench.command("code.py --modes sequential,threads --workers 2");
    let ended = bench.end(command.stderr(Stdio::null()).spawn().unwrap());
    assert_eq!((ended.code, ended.stdout.matches("completed").count()), (Some(0), 2), "{ended:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let bench = Bench::with("code.py", WORKLOAD);
    for arguments in ["code.py --modes sequential", "code.py --modes sequential --json -"] {
        let mut command = bench.command(arguments);
        command.stdout(std::fs::File::options().write(true).open("/dev/full").unwrap());
        let ended = bench.end(command.spawn().unwrap());
        assert!(ended.code == Some(3) && ended.stderr.contains("can't be written"), "{ended:?}");
    }
    let ended = bench.run("code.py --modes sequential --json /dev/full");
    assert!(ended.code == Some(3) && ended.stderr.contains("/dev/full can't be written"), "{ended:?}");
}
