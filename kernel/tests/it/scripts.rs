//! Sources that are no workloads.

use shared::{Ending, LapEvent, LapRequest, Mode, SourceKind, Stream};

use crate::harness::{request, run, run_request};

#[test]
fn a_script_runs_once_as_main() {
    let record = run("if __name__ == '__main__':\n    print('once', end='')\n", Mode::Subinterpreters, 2);
    assert!(matches!(record.events[0], LapEvent::Source(SourceKind::Script)));
    assert!(matches!(record.events[1], LapEvent::WorkerReady { worker: 0, .. }));
    assert!(matches!(record.events[2], LapEvent::Began { tasks: 1, .. }));
    assert_eq!(record.output(Stream::Stdout), [(Some(0), Some(0), "once".to_owned())]);
    assert_eq!(record.spans().len(), 1);
    record.results();
}

#[test]
fn a_script_s_exit_without_a_reason_completes() {
    for (source, completes) in
        [("raise SystemExit", true), ("import sys; sys.exit(0)", true), ("exit(2)", false), ("exit('no')", false)]
    {
        let record = run(source, Mode::Sequential, 1);
        assert_eq!(matches!(record.ending, Some(Ending::Completed { .. })), completes, "{source}: {:?}", record.ending);
    }
}

#[test]
fn a_script_s_threads_and_exit_functions_are_waited_for() {
    let source = "
import atexit, threading, time
atexit.register(print, 'at exit')
threading.Thread(target=lambda: (time.sleep(0.2), print('from a thread'))).start()
print('end')
";
    let record = run(source, Mode::Sequential, 1);
    assert_eq!(record.text(Stream::Stdout), "end\nfrom a thread\nat exit\n");
}

#[test]
fn a_script_may_fork_and_start_interpreters() {
    let source = "
import os
pid = os.fork()
if pid == 0:
    print('child')
else:
    os.waitpid(pid, 0)
    print('parent')
";
    let record = run(source, Mode::Sequential, 1);
    assert!(matches!(record.ending, Some(Ending::Completed { .. })), "{:?}", record.ending);
    assert_eq!(record.text(Stream::Stdout), "parent\n");
    assert_eq!(record.text(Stream::Native), "child\n");
}

#[test]
fn what_a_script_raises_is_shown() {
    let record = run("x = 1\nprint('before')\nx.y\n", Mode::Sequential, 1);
    let raised = record.raised();
    assert_eq!((raised.exception.as_str(), raised.line), ("AttributeError", Some(3)));
    assert_eq!(record.text(Stream::Stdout), "before\n");
}

#[test]
fn a_script_may_use_the_executors() {
    let folder = std::env::temp_dir().join(format!("virgil-kernel-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("cell.py");
    let source = "
import concurrent.futures as futures, multiprocessing
def double(item): return item * 2
if __name__ == '__main__':
    multiprocessing.set_start_method('spawn')
    executors = [futures.ThreadPoolExecutor, futures.ProcessPoolExecutor]
    for executor in executors:
        with executor(2) as pool:
            print(sum(pool.map(double, range(5))))
";
    // multiprocessing's children read the file.
    std::fs::write(&file, source).unwrap();
    let file = file.to_string_lossy().into_owned();
    let record = run_request(LapRequest { file, ..request(source, Mode::Sequential, 1) });
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(matches!(record.ending, Some(Ending::Completed { .. })), "{:?}", record.ending);
    assert_eq!(record.text(Stream::Stdout), "20\n20\n");
}
