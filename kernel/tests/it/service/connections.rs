//! Many connections, large bodies, and clients that are gone: no hang, and nothing is leaked.

use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use shared::{ConnectionStep, KernelCommand, LapRequest, Limits};

use super::http::{Client, get};
use super::{FLASK, answered, changes, opened, serve, serve_request, serving, unanswered};
use crate::harness::request;

/// How many descriptors all processes of this kernel have open.
fn descriptors(processes: &[u32]) -> usize {
    let of = |process: &u32| std::fs::read_dir(Path::new("/proc").join(process.to_string()).join("fd"));
    processes.iter().filter_map(|process| of(process).ok()).map(Iterator::count).sum()
}

#[test]
fn ten_thousand_connections_come_and_go_and_leave_nothing() {
    for mode in serving() {
        let record = serve_request(request(FLASK, mode, 2), |kernel, address| {
            assert_eq!([get(address, "/").status, get(address, "/").status], [200, 200]);
            std::thread::sleep(Duration::from_millis(100));
            let processes = kernel.processes();
            let before = descriptors(&processes);
            for number in 0..10_000 {
                let stream = TcpStream::connect(address);
                assert!(stream.is_ok(), "{mode}: connection {number}: {stream:?}");
            }
            // Those that came last are still being closed.
            let began = Instant::now();
            while descriptors(&processes) > before {
                let left = descriptors(&processes);
                assert!(began.elapsed() < Duration::from_secs(30), "{mode}: {left} descriptors, {before} before");
                std::thread::sleep(Duration::from_millis(20));
            }
            assert_eq!(get(address, "/").status, 200, "{mode}");
            kernel.command(&KernelCommand::Drain);
        });
        let Some(record) = record else { return };
        assert_eq!((answered(&record, 200), unanswered(&record)), (3, 0), "{mode}");
        let in_turn: Vec<u32> = (0..10_003).map(|number| number % 2).collect();
        assert_eq!(opened(&record), in_turn, "{mode}");
        let closed = changes(&record).iter().filter(|change| change.step == ConnectionStep::Closed).count();
        assert_eq!(closed, 10_003, "{mode}");
    }
}

#[test]
fn more_connections_than_descriptors_wait_for_their_turn() {
    let limits = Limits { open_files: 320, ..Limits::default() };
    for mode in serving() {
        let record = serve_request(LapRequest { limits, ..request(FLASK, mode, 2) }, |kernel, address| {
            // More than the kernel may hold: the rest wait in the system's queue.
            let mut clients: Vec<Client> = (0..600).map(|_| Client::connect(address)).collect();
            clients.iter_mut().for_each(|client| client.send("/"));
            for mut client in clients.drain(..) {
                assert_eq!(client.receive().unwrap().status, 200, "{mode}");
            }
            kernel.command(&KernelCommand::Drain);
        });
        let Some(record) = record else { return };
        assert_eq!((answered(&record, 200), unanswered(&record)), (600, 0), "{mode}");
    }
}

#[test]
fn a_body_of_50_megabytes_arrives_whole() {
    let body = vec![b'x'; 50_000_000];
    for mode in serving() {
        let record = serve(FLASK, mode, |address| {
            let answer = Client::connect(address).post("/length", &body).unwrap();
            assert_eq!((answer.status, answer.body.as_str()), (200, "50000000"), "{mode}");
            assert_eq!(get(address, "/").status, 200, "{mode}");
        });
        let Some(record) = record else { return };
        assert_eq!(answered(&record, 200), 2, "{mode}");
    }
}

#[test]
fn clients_that_leave_while_they_are_answered_hold_up_nobody() {
    for mode in serving() {
        let record = serve(FLASK, mode, |address| {
            for _ in 0..20 {
                Client::connect(address).send("/sleep?seconds=0.01");
            }
            assert_eq!(get(address, "/").status, 200, "{mode}");
            assert_eq!(get(address, "/").status, 200, "{mode}");
        });
        let Some(record) = record else { return };
        assert_eq!(unanswered(&record), 0, "{mode}");
        assert_eq!(record.spans().len(), 22, "{mode}");
    }
}

#[test]
fn one_worker_that_hangs_keeps_only_its_own_connections_waiting() {
    for mode in serving() {
        let record = serve(FLASK, mode, |address| {
            Client::connect(address).send("/sleep?seconds=2");
            let began = Instant::now();
            let mut clients: Vec<Client> = (0..5).map(|_| Client::connect(address)).collect();
            for client in clients.iter_mut().step_by(2) {
                assert_eq!(client.get("/").worker, Some(1), "{mode}");
            }
            assert!(began.elapsed() < Duration::from_secs(2), "{mode}: {:?}", began.elapsed());
        });
        if record.is_none() {
            return;
        }
    }
}
