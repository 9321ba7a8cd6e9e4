//! What is printed, by whom.

use shared::{Mode, Stream};

use crate::harness::{modes, run};

#[test]
fn printed_lines_carry_their_worker_and_task() {
    let source = "ITEMS = range(6)\ndef work(item):\n    print('task', item, sep=' ')\n    return item\n";
    for mode in modes() {
        let record = run(source, mode, 2);
        let spans = record.spans();
        let output = record.output(Stream::Stdout);
        assert_eq!(output.len(), 6, "{mode}: {output:?}");
        for (worker, task, text) in output {
            assert_eq!(text, format!("task {}\n", task.unwrap()), "{mode}");
            let (executor, _) = spans.iter().find(|(_, span)| Some(span.task) == task).unwrap();
            assert_eq!(worker, Some(*executor), "{mode}");
        }
    }
}

#[test]
fn a_line_is_sent_when_it_is_complete_or_flushed_or_its_task_ends() {
    let source = "
import sys
ITEMS = [0]
def work(item):
    print('a', end=''); print('b', end=''); print('c')
    print('flushed', end='', flush=True); print(' on')
    sys.stderr.write('error\\n')
    print('two\\nlines\\nand', end='')
";
    for mode in modes() {
        let record = run(source, mode, 1);
        let texts: Vec<String> = record.output(Stream::Stdout).into_iter().map(|(_, _, text)| text).collect();
        assert_eq!(texts, ["abc\n", "flushed", " on\n", "two\nlines\n", "and"], "{mode}");
        assert_eq!(record.text(Stream::Stderr), "error\n", "{mode}");
    }
}

#[test]
fn threads_of_the_user_print_as_their_interpreter() {
    let source = "
import threading
ITEMS = [0, 1]
def work(item):
    thread = threading.Thread(target=print, args=('from a thread',)); thread.start(); thread.join()
";
    for mode in [Mode::Subinterpreters, Mode::Processes] {
        let record = run(source, mode, 1);
        record.results();
        let labelled = (Some(0), None, "from a thread\n".to_owned());
        assert_eq!(record.output(Stream::Stdout), [labelled.clone(), labelled], "{mode}");
    }
    let record = run(source, Mode::Threads, 2);
    let labelled = (None, None, "from a thread\n".to_owned());
    assert_eq!(record.output(Stream::Stdout), [labelled.clone(), labelled]);
}

#[test]
fn what_is_written_below_python_is_captured() {
    let source = "
import os, subprocess, sys
ITEMS = [0]
def work(item):
    os.write(1, b'raw \\xff\\n')
    subprocess.run([sys.executable, '-c', 'print(\"child\")'], check=True)
    subprocess.run(['sh', '-c', 'echo redirected'], stdout=sys.stdout, check=True)
";
    for mode in modes() {
        let record = run(source, mode, 1);
        record.results();
        let output = record.output(Stream::Native);
        let worker = (mode == Mode::Processes).then_some(0);
        assert!(output.iter().all(|(by, _, _)| *by == worker), "{mode}: {output:?}");
        assert_eq!(record.text(Stream::Native), "raw \u{fffd}\nchild\nredirected\n", "{mode}");
    }
}

#[test]
fn c_code_s_lines_are_captured_in_order() {
    let source = "
import ctypes
ITEMS = [0]
def work(item):
    libc = ctypes.CDLL(None)
    libc.printf(b'one\\n'); libc.printf(b'two'); libc.puts(b''); libc.printf(b'no end')
";
    assert_eq!(run(source, Mode::Threads, 1).text(Stream::Native), "one\ntwo\nno end");
}

#[test]
fn odd_text_is_printed() {
    let source = "
import sys
ITEMS = [0]
def work(item):
    print('lone \\udc80 surrogate', '€𝄞', '\\0')
    sys.stdout.buffer.write(b'bytes \\xff\\n')
    print('explicitly', file=sys.__stdout__)
    sys.stdout.writelines(['x\\n', 'y\\n'])
    return sys.stdout.encoding, sys.stdout.isatty(), sys.stdout.fileno(), sys.stdout.closed
";
    let record = run(source, Mode::Subinterpreters, 1);
    assert_eq!(record.results(), ["('utf-8', False, 1, False)"]);
    let expected = "lone \\udc80 surrogate €𝄞 \0\nbytes \\xff\nexplicitly\nx\ny\n";
    assert_eq!(record.text(Stream::Stdout), expected);
}

#[test]
fn standard_input_is_at_its_end() {
    let record = run("ITEMS = [0]\ndef work(item): input()\n", Mode::Subinterpreters, 1);
    assert_eq!(record.raised().exception, "EOFError");
}

#[test]
fn many_lines_arrive_in_order() {
    let source = "ITEMS = range(4)\ndef work(item):\n    for number in range(50_000):\n        print(item, number, flush=number % 2 == 0)\n";
    for mode in modes() {
        let started = std::time::Instant::now();
        let record = run(source, mode, 2);
        record.results();
        let mut next = [0; 4];
        for (_, task, text) in record.output(Stream::Stdout) {
            let task = task.unwrap();
            for line in text.lines() {
                assert_eq!(line, format!("{task} {}", next[task as usize]), "{mode}");
                next[task as usize] += 1;
            }
        }
        assert_eq!(next, [50_000; 4], "{mode}");
        eprintln!("{mode}: 200,000 lines in {:?}", started.elapsed());
    }
}

#[test]
fn a_line_without_end_comes_in_pieces() {
    let source = "
import os
ITEMS = [0]
def work(item):
    print('é' * 1_000_000, end='')
    for _ in range(20):
        os.write(1, b'x' * 100_000)
";
    let record = run(source, Mode::Subinterpreters, 1);
    record.results();
    for (stream, length) in [(Stream::Stdout, 2_000_000), (Stream::Native, 2_000_000)] {
        let texts: Vec<String> = record.output(stream).into_iter().map(|(_, _, text)| text).collect();
        assert_eq!(texts.iter().map(String::len).sum::<usize>(), length, "{stream:?}");
        assert!(texts.len() > 4 && texts.iter().all(|text| text.len() <= 300_000), "{stream:?}: {}", texts.len());
    }
}
