//! What services answer, by whom, and what is said of it.

use shared::{LapEvent, Mode, Sampling, Stream};

use super::http::{Client, get};
use super::{ASGI, FLASK, WSGI, answered, changes, opened, serve, serve_request, serving, unanswered};
use crate::harness::request;

#[test]
fn each_worker_answers_in_its_turn() {
    for mode in serving() {
        for (source, said) in [(FLASK, "hello\n"), (WSGI, "plain\n"), (ASGI, "async\n")] {
            let mut by = Vec::new();
            let record = serve(source, mode, |address| {
                for _ in 0..6 {
                    let answer = get(address, "/");
                    assert_eq!((answer.status, answer.body.as_str()), (200, said), "{mode}");
                    by.push(answer.worker.unwrap());
                }
            });
            let Some(record) = record else { return };
            assert_eq!(by, [0, 1, 0, 1, 0, 1], "{mode}");
            assert_eq!((opened(&record), answered(&record, 200), unanswered(&record)), (by, 6, 0), "{mode}");
            assert_eq!(record.text(Stream::Stderr), "", "{mode}");
        }
    }
}

#[test]
fn a_connection_stays_with_its_worker_and_is_seen_to_be_closed() {
    for mode in serving() {
        let mut ports = Vec::new();
        let record = serve(FLASK, mode, |address| {
            let mut clients: Vec<Client> = (0..4).map(|_| Client::connect(address)).collect();
            ports = clients.iter().map(Client::port).collect();
            for round in 0..3 {
                for (number, client) in clients.iter_mut().enumerate() {
                    assert_eq!(client.get("/").worker, Some(number as u32 % 2), "{mode}, round {round}");
                }
            }
        });
        let Some(record) = record else { return };
        let mut open: Vec<(u32, u16)> = Vec::new();
        let mut was_open = Vec::new();
        for change in changes(&record) {
            let held = (change.worker, change.port);
            match change.step {
                shared::ConnectionStep::Opened => {
                    open.push(held);
                    was_open.push(held);
                }
                shared::ConnectionStep::Closed => {
                    let place = open.iter().position(|other| *other == held);
                    open.remove(place.unwrap_or_else(|| panic!("{mode}: {held:?} was closed but not opened")));
                }
            }
        }
        let expected: Vec<(u32, u16)> = ports.iter().enumerate().map(|(at, port)| (at as u32 % 2, *port)).collect();
        assert_eq!((open, was_open), (vec![], expected), "{mode}");
    }
}

#[test]
fn requests_have_spans_with_their_cpu_time_and_are_numbered_by_worker() {
    for mode in serving() {
        let record = serve(FLASK, mode, |address| {
            (0..4).for_each(|_| assert_eq!(get(address, "/spin").body, "spun"));
        });
        let Some(record) = record else { return };
        let mut spans = record.spans();
        spans.sort_by_key(|(_, span)| span.task);
        let numbers: Vec<_> = spans.iter().map(|(worker, span)| (*worker, span.task)).collect();
        assert_eq!(numbers, [(0, 0), (1, 1), (0, 2), (1, 3)], "{mode}");
        for (_, span) in &spans {
            assert!((0.045..0.2).contains(&span.cpu.seconds()), "{mode}: {span:?}");
            assert!(span.end.since(span.start) >= span.cpu, "{mode}: {span:?}");
        }
    }
}

#[test]
fn states_memory_and_accounts_are_there_as_for_tasks() {
    for mode in serving() {
        let record = serve(FLASK, mode, |address| {
            (0..6).for_each(|_| drop(get(address, "/spin")));
        });
        let Some(record) = record else { return };
        let accounts: Vec<_> = record
            .events
            .iter()
            .filter_map(|event| match event {
                LapEvent::Accounted(account) => Some(account),
                _ => None,
            })
            .collect();
        assert_eq!(accounts.len(), 2, "{mode}");
        for account in accounts {
            let compute = account.phases.compute.unwrap().seconds();
            assert!((0.13..1.0).contains(&compute), "{mode}: {account:?}");
            assert!(account.memory.is_some_and(|memory| memory.peak.private > 100_000), "{mode}: {account:?}");
            assert!(account.phases.total().is_some(), "{mode}: {account:?}");
        }
        let sampled: u32 = record
            .events
            .iter()
            .map(|event| match event {
                LapEvent::Sampled { sampling: Sampling { samplers, .. }, totals } => {
                    assert!(totals.iter().all(|(_, totals)| totals.total().0 > 0), "{mode}: {totals:?}");
                    *samplers * totals.len() as u32
                }
                _ => 0,
            })
            .sum();
        assert_eq!(sampled, 2, "{mode}");
    }
}

#[test]
fn what_workers_share_is_what_their_mode_shares() {
    for mode in serving() {
        let mut counts = Vec::new();
        let record = serve(FLASK, mode, |address| {
            counts = (0..4).map(|_| get(address, "/count").body).collect();
        });
        if record.is_none() {
            return;
        }
        match mode {
            Mode::Threads | Mode::FreeThreaded => assert_eq!(counts, ["1", "2", "3", "4"], "{mode}"),
            _ => assert_eq!(counts, ["1", "1", "2", "2"], "{mode}"),
        }
    }
}

#[test]
fn requests_of_an_asgi_app_wait_beside_each_other() {
    for mode in serving() {
        let record = serve(ASGI, mode, |address| {
            let began = std::time::Instant::now();
            let mut clients: Vec<Client> = (0..20).map(|_| Client::connect(address)).collect();
            clients.iter_mut().for_each(|client| client.send("/sleep"));
            clients.iter_mut().for_each(|client| assert_eq!(client.receive().unwrap().status, 200));
            assert!(began.elapsed().as_secs_f64() < 1.5, "{mode}: {:?}", began.elapsed());
        });
        let Some(record) = record else { return };
        assert_eq!((record.spans().len(), answered(&record, 200)), (20, 20), "{mode}");
    }
}

#[test]
fn what_a_request_prints_is_labelled_with_worker_and_request() {
    for mode in serving() {
        let record = serve(FLASK, mode, |address| (0..2).for_each(|_| drop(get(address, "/print"))));
        let Some(record) = record else { return };
        let printed = record.output(Stream::Stdout);
        let expected = [0, 1].map(|worker| (Some(worker), Some(worker), "printed\n".to_owned()));
        assert_eq!(printed, expected, "{mode}");
    }
}

#[test]
fn one_worker_is_enough_and_sequential_has_no_more() {
    for (mode, workers) in [(Mode::Sequential, 4), (Mode::Threads, 1)] {
        let record = serve_request(request(FLASK, mode, workers), |kernel, address| {
            assert_eq!([get(address, "/").worker, get(address, "/").worker], [Some(0), Some(0)]);
            kernel.command(&shared::KernelCommand::Drain);
        });
        let Some(record) = record else { return };
        assert_eq!(answered(&record, 200), 2);
    }
}
