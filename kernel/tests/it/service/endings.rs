//! How services end: drained, stopped, or by a worker's death.

use std::time::{Duration, Instant};

use shared::{Cause, DRAIN_WITHIN, Ending, KernelCommand, LapEvent, Mode, StopStage};

use super::http::{Client, get};
use super::{ASGI, FLASK, answered, environment, serve, serve_request, serving, unanswered};
use crate::harness::{Kernel, request};

#[test]
fn what_is_in_flight_is_answered_before_it_ends() {
    for mode in serving() {
        for (source, path) in [(FLASK, "/sleep?seconds=0.4"), (ASGI, "/sleep")] {
            let mut clients = Vec::new();
            let began = Instant::now();
            let record = serve_request(request(source, mode, 2), |kernel, address| {
                // One that idles, and two that wait for an answer.
                let mut idle = Client::connect(address);
                idle.get("/");
                clients.extend([idle, Client::connect(address), Client::connect(address)]);
                clients[1..].iter_mut().for_each(|client| client.send(path));
                kernel.command(&KernelCommand::Drain);
            });
            let Some(record) = record else { return };
            assert_eq!((answered(&record, 200), unanswered(&record)), (3, 0), "{mode}");
            assert!(clients[0].receive().is_none(), "{mode}: a connection without a request was kept");
            clients[1..].iter_mut().for_each(|client| assert_eq!(client.receive().unwrap().status, 200, "{mode}"));
            assert!(began.elapsed() < Duration::from_nanos(DRAIN_WITHIN.0), "{mode}: {:?}", began.elapsed());
        }
    }
}

#[test]
fn connections_that_wait_when_it_is_drained_are_answered() {
    for mode in serving() {
        let mut clients = Vec::new();
        let record = serve_request(request(FLASK, mode, 2), |kernel, address| {
            clients.extend((0..50).map(|_| Client::connect(address)));
            clients.iter_mut().for_each(|client| client.send("/"));
            kernel.command(&KernelCommand::Drain);
        });
        let Some(record) = record else { return };
        assert_eq!((answered(&record, 200), unanswered(&record)), (50, 0), "{mode}");
        clients.iter_mut().for_each(|client| assert_eq!(client.receive().unwrap().body, "hello\n", "{mode}"));
    }
}

#[test]
fn a_handler_that_never_answers_holds_up_nobody_for_long() {
    for mode in serving() {
        let record = serve(FLASK, mode, |address| {
            // Of three on the same worker two wait for the first.
            let mut clients: Vec<Client> = (0..5).map(|_| Client::connect(address)).collect();
            clients.iter_mut().step_by(2).for_each(|client| client.send("/never"));
            assert_eq!(clients[1].get("/").worker, Some(1));
            std::thread::sleep(Duration::from_millis(100));
            // They keep waiting.
            std::mem::forget(clients);
        });
        let Some(record) = record else { return };
        assert_eq!((unanswered(&record), answered(&record, 200)), (3, 1), "{mode}");
        let Some(Ending::Completed { wall, .. }) = record.ending else { panic!("{:?}", record.ending) };
        assert!((5.0..6.5).contains(&wall.seconds()), "{mode}: {wall:?}");
    }
}

#[test]
fn a_lap_that_is_told_to_drain_before_it_serves_does_so_then() {
    let Some(environment) = environment() else { return };
    for mode in serving() {
        let mut kernel = Kernel::start_with(&environment);
        kernel.command(&KernelCommand::Lap(request(FLASK, mode, 2)));
        kernel.command(&KernelCommand::Drain);
        let record = kernel.record(|_, _| ());
        assert_eq!(unanswered(&record), 0, "{mode}");
        record.assert_nothing_left();
    }
}

#[test]
fn draining_changes_nothing_of_what_is_no_service() {
    let mut kernel = Kernel::start();
    kernel.command(&KernelCommand::Lap(request("ITEMS = [1]\ndef work(item): return item\n", Mode::Threads, 1)));
    kernel.command(&KernelCommand::Drain);
    assert_eq!(kernel.record(|_, _| ()).results(), ["1"]);
}

#[test]
fn stop_ends_it_whatever_it_does() {
    for mode in serving() {
        for path in ["/", "/never", "/sleep?seconds=5", "/spin"] {
            let mut stopped = Instant::now();
            let record = serve_request(request(FLASK, mode, 2), |kernel, address| {
                let mut clients: Vec<Client> = (0..6).map(|_| Client::connect(address)).collect();
                clients.iter_mut().for_each(|client| client.send(path));
                std::thread::sleep(Duration::from_millis(50));
                stopped = Instant::now();
                kernel.command(&KernelCommand::Cancel);
            });
            let Some(record) = record else { return };
            assert_eq!(record.ending, Some(Ending::Stopped(StopStage::Asked)), "{mode} {path}");
            assert!(stopped.elapsed() < Duration::from_millis(700), "{mode} {path}: {:?}", stopped.elapsed());
        }
    }
}

#[test]
fn stop_ends_it_while_it_drains_and_while_it_starts() {
    let Some(environment) = environment() else { return };
    for mode in serving() {
        let record = serve_request(request(FLASK, mode, 2), |kernel, address| {
            Client::connect(address).send("/never");
            std::thread::sleep(Duration::from_millis(50));
            kernel.command(&KernelCommand::Drain);
            std::thread::sleep(Duration::from_millis(200));
            kernel.command(&KernelCommand::Cancel);
        });
        assert_eq!(record.unwrap().ending, Some(Ending::Stopped(StopStage::Asked)), "{mode}");

        let mut kernel = Kernel::start_with(&environment);
        kernel.command(&KernelCommand::Lap(request(FLASK, mode, 2)));
        let record = kernel.record(|kernel, event| {
            if let LapEvent::Source(_) = event {
                std::thread::sleep(Duration::from_millis(30));
                kernel.command(&KernelCommand::Cancel);
            }
        });
        assert_eq!(record.ending, Some(Ending::Stopped(StopStage::Asked)), "{mode}");
        record.assert_nothing_left();
    }
}

#[test]
fn the_death_of_a_worker_process_is_told_and_the_others_go_on() {
    for (path, cause) in [("/exit", Cause::Exit(7)), ("/abort", Cause::Signal(6))] {
        let mut by = Vec::new();
        let record = serve(FLASK, Mode::Processes, |address| {
            let mut doomed = Client::connect(address);
            doomed.send(path);
            assert!(doomed.receive().is_none());
            std::thread::sleep(Duration::from_millis(200));
            by = (0..4).map(|_| get(address, "/").worker.unwrap()).collect();
        });
        let Some(record) = record else { return };
        assert_eq!(by, [1, 1, 1, 1]);
        let died = record.events.iter().find_map(|event| match event {
            LapEvent::WorkerDied(death) => Some((death.worker, death.cause)),
            _ => None,
        });
        assert_eq!((died, unanswered(&record), answered(&record, 200)), (Some((Some(0), cause)), 0, 4));
    }
}

#[test]
fn when_all_worker_processes_have_died_the_lap_has() {
    let record = serve_request(request(FLASK, Mode::Processes, 2), |_, address| {
        for _ in 0..2 {
            let mut doomed = Client::connect(address);
            doomed.send("/exit");
            assert!(doomed.receive().is_none());
        }
    });
    let Some(record) = record else { return };
    let Some(Ending::Died(death)) = &record.ending else { panic!("{:?}", record.ending) };
    assert_eq!(death.cause, Cause::Exit(7));
    assert_eq!(record.events.iter().filter(|event| matches!(event, LapEvent::WorkerDied(_))).count(), 1);
}

#[test]
fn where_workers_share_the_process_all_die_with_one() {
    for mode in serving().into_iter().filter(|mode| *mode != Mode::Processes) {
        let record = serve_request(request(FLASK, mode, 2), |_, address| Client::connect(address).send("/exit"));
        let Some(record) = record else { return };
        assert_eq!((&record.ending, record.status), (&None, Some(7)), "{mode}");
    }
}

#[test]
fn who_leaves_the_program_in_a_handler_is_told_what_to_do_instead() {
    let source = format!("{FLASK}\n@app.get('/leave')\ndef leaves(): raise SystemExit(3)\n");
    for mode in serving() {
        let record = serve_request(request(&source, mode, 2), |_, address| Client::connect(address).send("/leave"));
        let Some(record) = record else { return };
        let raised = record.raised();
        let place = (raised.worker, raised.task);
        assert_eq!((raised.exception.as_str(), place), ("SystemExit", (Some(0), Some(0))), "{mode}");
        let sentence = record.ending.as_ref().map(Ending::sentence).unwrap_or_default();
        assert!(sentence.contains("return a response instead"), "{sentence}");
    }
}

#[test]
fn a_process_that_dies_while_the_service_drains_is_told_and_the_others_answer() {
    let source = format!("{FLASK}\n@app.get('/later')\ndef later():\n    time.sleep(0.5)\n    os._exit(7)\n");
    let record = serve_request(request(&source, Mode::Processes, 2), |kernel, address| {
        let mut clients: Vec<Client> = (0..2).map(|_| Client::connect(address)).collect();
        clients[0].send("/later");
        clients[1].send("/sleep?seconds=1");
        std::thread::sleep(Duration::from_millis(200));
        kernel.command(&KernelCommand::Drain);
        std::mem::forget(clients);
    });
    let Some(record) = record else { return };
    let died =
        record.events.iter().any(|event| matches!(event, LapEvent::WorkerDied(death) if death.worker == Some(0)));
    assert_eq!((died, answered(&record, 200), unanswered(&record)), (true, 1, 0));
}
