//! Apps that can't be served: each a sentence and a next step, and nothing left listening.

use std::io::{Read, Write};
use std::net::TcpListener;

use shared::{Ending, Group, LapRequest, Mode, Stream};

use super::http::{Client, get};
use super::{ASGI, FLASK, WSGI, answered, environment, serve, serve_request, serving};
use crate::harness::{Kernel, Record, able, request, run_with};

/// The ending's sentence of a lap that never served.
fn sentence(source: &str, mode: Mode) -> Option<String> {
    let record = run_with(&environment()?, request(source, mode, 2));
    record.assert_nothing_left();
    Some(said(&record))
}

fn said(record: &Record) -> String {
    match &record.ending {
        Some(ending @ Ending::Raised(_)) => ending.sentence(),
        other => panic!("nothing raised: {other:?}"),
    }
}

#[test]
fn a_source_without_an_app_that_can_be_served_says_why() {
    for (source, wrong, step) in [
        ("import nothing_of_that_name\napp = 1\n", "ModuleNotFoundError", "nothing_of_that_name"),
        ("app = 1 / 0\n", "ZeroDivisionError", "line 1"),
        ("app = 7\n", "`app` is of type int", "Flask(__name__)"),
        ("app = print\ndel app\n", "deletes `app`", "keep it"),
        ("def app(environ, start_response):\n", "IndentationError", "Nothing has run"),
        ("import sys\nsys.exit()\napp = print\n", "SystemExit", "leave it out"),
    ] {
        for mode in serving() {
            let Some(said) = sentence(source, mode) else { return };
            assert!(said.contains(wrong) && said.contains(step), "{mode}: {said}");
        }
    }
}

#[test]
fn a_python_without_hypercorn_says_how_to_get_it() {
    for mode in serving() {
        // The build itself has no packages.
        let mut kernel = Kernel::start();
        kernel.command(&shared::KernelCommand::Lap(request(WSGI, mode, 2)));
        let record = kernel.record(|_, _| ());
        record.assert_nothing_left();
        let said = said(&record);
        assert!(said.contains("No module named") && said.contains("`virgil environment`"), "{mode}: {said}");
    }
}

#[test]
fn a_dependency_that_refuses_interpreters_is_named() {
    let source = format!("import numpy\n{FLASK}");
    for mode in serving() {
        if matches!(mode, Mode::Subinterpreters | Mode::SharedGil) {
            let Some(said) = sentence(&source, mode) else { return };
            let limit = "The module `numpy` can't be loaded into interpreters beside the main one";
            assert!(said.contains(limit) && said.contains("threads and processes"), "{mode}: {said}");
        } else {
            let record = serve(&source, mode, |address| assert_eq!(get(address, "/").status, 200));
            assert!(record.is_none_or(|record| answered(&record, 200) == 1), "{mode}");
        }
    }
}

#[test]
fn modes_that_serve_nothing_say_which_do() {
    let Some(environment) = environment() else { return };
    for mode in able().filter(|mode| mode.awaits() || mode.group() == Group::Stdlib) {
        let said = said(&run_with(&environment, request(WSGI, mode, 2)));
        assert!(said.contains("can't serve") && said.contains("threads, subinterpreters or processes"), "{said}");
    }
}

#[test]
fn a_port_that_is_taken_is_named_and_one_that_is_free_is_used() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    for mode in serving() {
        let Some(environment) = environment() else { return };
        let record = run_with(&environment, LapRequest { port, ..request(WSGI, mode, 2) });
        record.assert_nothing_left();
        let said = said(&record);
        assert!(said.contains(&format!("port {port} of 127.0.0.1 is in use")) && said.contains("port 0"), "{said}");
    }
    drop(taken);
    // One lap after the other on the same port, though connections of the first have just been closed.
    for mode in serving() {
        let record = serve_request(LapRequest { port, ..request(WSGI, mode, 2) }, |kernel, address| {
            assert_eq!(address.port(), port, "{mode}");
            assert_eq!(get(address, "/").status, 200, "{mode}");
            kernel.command(&shared::KernelCommand::Drain);
        });
        assert!(record.is_some_and(|record| answered(&record, 200) == 1), "{mode}");
    }
}

#[test]
fn an_app_that_never_answers_never_serves() {
    let Some(environment) = environment() else { return };
    let source = "import threading\ndef app(environ, start_response): threading.Event().wait()\n";
    let record = run_with(&environment, request(source, Mode::Threads, 2));
    record.assert_nothing_left();
    let said = said(&record);
    assert!(said.contains("has not answered `OPTIONS /` within 10 seconds") && said.contains("waits for"), "{said}");
}

#[test]
fn what_a_handler_raises_is_an_answer_of_its_own_and_printed() {
    for mode in serving() {
        for (source, exception) in [(FLASK, "ZeroDivisionError"), (ASGI, "ValueError: no")] {
            let record = serve(source, mode, |address| {
                for path in ["/wrong", "/", "/wrong"] {
                    assert_eq!(get(address, path).status, if path == "/" { 200 } else { 500 }, "{mode}");
                }
            });
            let Some(record) = record else { return };
            assert_eq!((answered(&record, 500), answered(&record, 200)), (2, 1), "{mode}");
            let printed = record.text(Stream::Stderr) + &record.text(Stream::Stdout);
            assert!(printed.contains(exception), "{mode}: {printed}");
        }
        let raises = "def app(environ, start_response): return 1 / (environ['PATH_INFO'] != '/wrong') and []\n";
        let record = serve(raises, mode, |address| {
            let answer = get(address, "/wrong");
            assert_eq!((answer.status, answer.worker), (500, Some(0)), "{mode}");
        });
        assert!(record.is_none_or(|record| answered(&record, 500) == 1), "{mode}");
    }
}

#[test]
fn an_answer_without_a_body_is_one() {
    let source = "def app(environ, start_response):\n    start_response('204 No Content', [])\n    return []\n";
    let record = serve(source, Mode::Threads, |address| {
        let mut client = Client::connect(address);
        client.stream.write_all(b"GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        client.stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    });
    assert!(record.is_none_or(|record| answered(&record, 204) == 1));
}

#[test]
fn what_is_no_http_is_refused_and_others_are_served() {
    for mode in serving() {
        let record = serve(FLASK, mode, |address| {
            for malformed in [
                &b"\x16\x03\x01\x02\0\x01\0\x01\xfc"[..],
                b"GET\r\n\r\n",
                b"GET / HTTP/1.1\r\nno header\r\n\r\n",
                b"\0\0\0\n\n",
            ] {
                let mut client = Client::connect(address);
                client.stream.write_all(malformed).unwrap();
                let _ = client.stream.shutdown(std::net::Shutdown::Write);
                let mut answer = Vec::new();
                // A reset is an answer, too.
                let _ = client.stream.read_to_end(&mut answer);
                let text = String::from_utf8_lossy(&answer);
                assert!(text.is_empty() || text.starts_with("HTTP/1.1 4") || text.starts_with("HTTP/1.1 5"), "{text}");
            }
            assert_eq!(get(address, "/").status, 200, "{mode}");
        });
        let Some(record) = record else { return };
        assert_eq!(answered(&record, 200), 1, "{mode}");
    }
}
