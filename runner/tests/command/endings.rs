//! Every way in which the command can end, with its exit code and its sentence.

use crate::bench::{Bench, WORKLOAD};

/// A source, the arguments after its name, the exit code, and what stands in stdout and in stderr.
type Case<'a> = (&'a [u8], &'a str, i32, &'a [&'a str], &'a [&'a str]);

fn check(cases: &[Case]) {
    for (source, arguments, code, stdout, stderr) in cases {
        let bench = Bench::with("code.py", source);
        bench.add("good.py", "def check(results, lap):\n    assert results == [0, 1, 4, 9], results\n");
        bench.add("bad.py", "def check(results, lap):\n    assert results[3] == 10, 'the fourth is wrong'\n");
        bench.add("broken.py", "def check(results, lap):\n    return nothing\n");
        std::fs::create_dir(bench.path("folder")).unwrap();
        let arguments = arguments.split_whitespace().collect::<Vec<_>>().join(" ");
        let arguments = if arguments.contains('/') || arguments == "folder" || arguments == "missing.py" {
            arguments
        } else {
            format!("code.py {arguments}")
        };
        let ended = bench.run(&arguments);
        let source = String::from_utf8_lossy(&source[..source.len().min(200)]);
        assert_eq!(ended.code, Some(*code), "{arguments} of {source}: {ended:?}");
        for (text, wanted) in [(&ended.stdout, stdout), (&ended.stderr, stderr)] {
            for part in *wanted {
                assert!(text.contains(part), "{part:?} of {arguments} of {source}: {ended:?}");
            }
            assert!(!wanted.is_empty() || text.is_empty(), "{arguments} of {source}: {ended:?}");
        }
    }
}

#[test]
fn what_completes_exits_with_0() {
    let quick = WORKLOAD.as_bytes();
    check(&[
        (
            quick,
            "--modes sequential,threads,subinterpreters,processes --workers 2",
            0,
            &["mode             workers  wall time  speed-up  ending\nsequential             1 ", "completed", "`--repeat 5`"],
            &["item 0\nitem 1\n", "[thread ", "[interpreter ", "[process ", "] item 3\n"],
        ),
        (
            quick,
            "--modes sequential,threads --workers 1 --repeat 3",
            0,
            &["warm-up", "3/3", "deviation", "the baseline", "95 % bootstrap interval", "Warm-up laps count in none"],
            &["item 0\n"],
        ),
        (quick, "--modes threads --workers 1", 0, &["add `sequential` to --modes"], &["item 3\n"]),
        (quick, "--modes sequential --check good.py", 0, &["completed, check passed"], &["item"]),
        (
            b"import os, sys\nassert os.getcwd() == os.path.dirname(__file__), os.getcwd()\nprint('told', __name__)\nsys.exit(0)\n",
            "--repeat 3",
            0,
            &["script ", "completed"],
            &["told __main__\n", "virgil: A script runs once"],
        ),
        (b"\xef\xbb\xbfprint('marked')\r\n", "", 0, &["completed"], &["marked\n"]),
        (b"", "--modes sequential", 0, &["script"], &[]),
    ]);
}

#[test]
fn what_raises_exits_with_1() {
    check(&[
        (
            b"def work(item):\n    return 1 // item\n\nITEMS = [1, 0]\n",
            "--modes threads --workers 2",
            1,
            &["ZeroDivisionError"],
            &[
                "Something is divided by zero. Look at what the divisor is when this line runs.\nTraceback (most recent call last)",
                "code.py\", line 2, in work",
                "in task 1, line 2: division by zero.\n",
            ],
        ),
        (b"print('before')\nraise SystemExit('no more')\n", "", 1, &["SystemExit"], &["before\n", "no more"]),
        (
            b"x = (\n",
            "",
            1,
            &["SyntaxError"],
            &["A `(` is opened here and closed nowhere.", "was never closed", "line 1"],
        ),
        (
            b"def work(item):\n    return len(bytearray(10 ** 9))\nITEMS = [1, 2]\n",
            "--modes processes --workers 2 --memory-limit 200M",
            1,
            &["MemoryError"],
            &["a lap may hold 200 MB. This one held ", "raise `--memory-limit`"],
        ),
        (
            b"kept = [open('/dev/null') for _ in range(1000)]\n",
            "--open-files 300",
            1,
            &["Too many open files"],
            &["about 300 files open at once"],
        ),
        (b"def work(item): pass\n", "", 1, &["`ITEMS` is not"], &["add `ITEMS = [...]`"]),
        (b"def work(item): pass\nITEMS = []\n", "", 1, &["`ITEMS` is empty"], &["at least one value"]),
        (
            WORKLOAD.as_bytes(),
            "--modes sequential --check bad.py",
            1,
            &["check failed: the fourth"],
            &["The check failed in 1 of 1 laps"],
        ),
        (
            WORKLOAD.as_bytes(),
            "--modes sequential --check broken.py",
            1,
            &["check broken: NameError"],
            &["check failed"],
        ),
    ]);
}

#[test]
fn a_module_that_refuses_interpreters_fails_there_only() {
    check(&[(
        b"def work(item):\n    import faulthandler\n\nITEMS = [1]\n",
        "--modes sequential,subinterpreters,processes --workers 1",
        1,
        &["sequential             1", "does not support", "processes              1"],
        &["ImportError: module faulthandler does not support"],
    )]);
}

#[test]
fn wrong_usage_exits_with_2_and_runs_nothing() {
    let script = b"print('ran')\n";
    let long = [WORKLOAD.as_bytes(), vec![b'#'; shared::MAX_SOURCE_BYTES].as_slice()].concat();
    check(&[
        (script, "--modes threads", 2, &[], &["virgil: Modes were chosen, but the source has no `work`"]),
        (script, "--modes all", 2, &[], &["has no `work`"]),
        (script, "--check good.py", 2, &[], &["no results to check"]),
        (script, "--modes fibers", 2, &[], &["there is no mode `fibers`", "subinterpreters", "or `all`"]),
        (script, "--workers 0", 2, &[], &["choose 1 to 64"]),
        (script, "--repeat 0", 2, &[], &["1..=100"]),
        (script, "--repeat 101", 2, &[], &["1..=100"]),
        (script, "--time-limit 0", 2, &[], &["whole seconds"]),
        (script, "--memory-limit 1K", 2, &[], &["64.0 MB or more"]),
        (script, "--speed 3", 2, &[], &["--speed"]),
        (script, "--build 3.99", 2, &[], &["no kernel for the interpreter build `3.99`. There are: 3."]),
        (script, "--check missing", 2, &[], &["There is no file missing"]),
        (script, "--json folder", 2, &[], &["folder is a folder"]),
        (script, "code.py --json nowhere/out.json", 2, &[], &["There is no folder for nowhere/out.json"]),
        (script, "missing.py", 2, &[], &["There is no file missing.py"]),
        (script, "folder", 2, &[], &["folder is a folder: name a Python file in it"]),
        (script, "/proc/self/mem", 2, &[], &["/proc/self/mem can't be read"]),
        (b"a = 1\nb = '\xe9'\n", "", 2, &[], &["code.py is not UTF-8: byte 11 (0xe9, in line 2)", "iconv"]),
        (&long, "", 2, &[], &["code.py is longer than 512 KiB"]),
    ]);
}

#[test]
fn what_no_build_can_is_refused_or_left_out() {
    let builds = runner::kernels::installed(&runner::config::data().unwrap());
    if builds.iter().any(|kernel| kernel.build.gil == shared::Gil::Absent) {
        return;
    }
    check(&[
        (
            WORKLOAD.as_bytes(),
            "--modes free-threaded",
            2,
            &[],
            &["virgil: Free-threaded needs a CPython without a GIL"],
        ),
        (
            WORKLOAD.as_bytes(),
            "--modes all --workers 1",
            0,
            &["sequential", "threads", "subinterpreters", "processes"],
            &["virgil: free-threaded is left out. Free-threaded needs"],
        ),
    ]);
}

#[test]
fn a_kernel_that_dies_exits_with_3() {
    check(&[
        (b"import os\nprint('last')\nos._exit(7)\n", "", 3, &["The kernel died"], &["status 7", "“last”"]),
        (b"import os\nos.abort()\n", "", 3, &["signal 6"], &["signal 6"]),
        (
            b"import os\ndef work(item): os._exit(9)\nITEMS = [1]\n",
            "--modes processes --workers 2",
            3,
            &["Worker process"],
            &["status 9"],
        ),
    ]);
    let bench = Bench::with("code.py", WORKLOAD);
    let ended = bench.end(bench.command("code.py").env("VIRGIL_DATA", bench.path("empty")).spawn().unwrap());
    assert!(ended.code == Some(3) && ended.stderr.contains("There is no Python"), "{ended:?}");
}

#[test]
fn a_kernel_that_does_not_start_is_told_once() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::with("code.py", WORKLOAD);
    let mut build = runner::kernels::installed(&runner::config::data().unwrap())[0].build.clone();
    build.id = "3.14.1-broken".into();
    let kernel = bench.path("kernels").join(format!("{}-{}", build.id, shared::PROTOCOL));
    std::fs::create_dir_all(&kernel).unwrap();
    std::fs::write(kernel.join("build.json"), serde_json::to_vec(&build).unwrap()).unwrap();
    std::fs::write(kernel.join("virgil-kernel"), "#!/bin/sh\necho no library >&2\nexit 127\n").unwrap();
    std::fs::set_permissions(kernel.join("virgil-kernel"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let ended = bench.end(bench.command("code.py --json -").env("VIRGIL_DATA", bench.folder.path()).spawn().unwrap());
    assert_eq!(ended.code, Some(3));
    assert_eq!(ended.stderr.matches("no library").count(), 1, "{ended:?}");
    let document: runner::command::result::Document = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((document.ending.kind.as_str(), document.ending.exit_code), ("impossible", 3));
    assert!(document.laps.is_empty() && document.summary.is_empty(), "{document:?}");
}

#[test]
fn a_limit_exits_with_124() {
    check(&[
        (
            b"print('here', flush=True)\nwhile True: pass\n",
            "--time-limit 1",
            124,
            &["Timed out"],
            &["may take 1.00 s. The last line printed was \u{201c}here\u{201d}. It held "],
        ),
        (
            b"print('busy', flush=True)\nwhile True: pass\n",
            "--cpu-limit 1",
            124,
            &["more than 1.00 s of CPU time"],
            &["The last line printed was \u{201c}busy\u{201d}. It held ", "look for a loop that never ends"],
        ),
        (b"while True: print('more')\n", "--output-limit 100K", 124, &["printed more than 100 KB"], &["more\n"]),
        (
            b"import subprocess\nkept = [subprocess.Popen(['sleep', '60']) for _ in range(40)]\nprint(kept[0].wait())\n",
            "--processes 20",
            124,
            &["more than 20 processes at once"],
            &["in a loop"],
        ),
        (
            b"import itertools\ndef work(item): pass\nITEMS = itertools.count()\n",
            "--modes sequential",
            124,
            &["goes on after 2000000 items"],
            &["itertools.islice"],
        ),
    ]);
}

#[test]
fn standard_input_is_run_like_a_file() {
    let bench = Bench::with("neighbour.py", "NAME = 'neighbour'\n");
    let source = b"import neighbour\nprint(__file__, neighbour.NAME)\nraise ValueError\n";
    let ended = bench.run_with("-", source);
    let file = bench.folder.path().canonicalize().unwrap().join("<stdin>");
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains(&format!("{} neighbour\n", file.display())), "{ended:?}");
    assert!(ended.stderr.contains("<stdin>\", line 3"), "{ended:?}");
    let ended = bench.run_with("- --modes sequential,threads --workers 2", WORKLOAD.as_bytes());
    assert!(ended.code == Some(0) && ended.stdout.contains("threads"), "{ended:?}");
    let ended = bench.run_with("-", b"x = '\xff'");
    assert!(ended.code == Some(2) && ended.stderr.contains("<stdin> is not UTF-8: byte 5"), "{ended:?}");
}

#[test]
fn the_help_names_every_exit_code() {
    let bench = Bench::new();
    let help = bench.run("--help").stdout;
    let document = include_str!("../../../docs/results.md");
    for code in ["0", "1", "2", "3", "124", "129", "130", "141", "143"] {
        assert!(
            help.lines().any(|line| line.trim_start().starts_with(code) || line.contains(&format!(" {code}"))),
            "{code}"
        );
        assert!(document.contains(&format!("| {code} | ")), "{code}");
    }
}
