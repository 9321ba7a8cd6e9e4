use std::cell::Cell;
use std::time::{Duration, Instant};

use shared::{Failure, LoadPlan, LoadReport, LoadRequest, Nanos};

use crate::harness::{closed, nanos, open, report, watched};
use crate::server::{ANSWER, at_once, request, serve, write};

#[tokio::test]
async fn every_request_that_was_due_is_counted_once() {
    let plan = LoadPlan { warm_up: nanos(Duration::from_millis(500)), ..open(400, 8) };
    let (report, told) = watched(at_once(), &plan).await;
    // 400 in the second that counts, and the 200 of the warm-up in nothing.
    assert_eq!(report.latencies.unwrap().count + report.failed(), 400, "{report:?}");
    assert_eq!(report.failed(), 0, "{report:?}");
    assert_eq!(report.duration, nanos(Duration::from_secs(1)));
    assert_eq!(report.histogram.iter().map(|(_, count)| count).sum::<u64>(), 400);
    assert!(report.connections <= 8, "{report:?}");
    assert!(told.len() >= 4, "{told:?}");
    assert!(told[0].is_warm_up && !told[told.len() - 1].is_warm_up, "{told:?}");
    let seen: u64 = told.iter().filter_map(|progress| progress.latencies).map(|all| all.count).sum();
    assert!(seen > 400 && seen <= 600, "{seen}");
}

#[tokio::test]
async fn clients_of_a_closed_loop_wait_for_their_answers() {
    let slow = serve(|mut stream, _| async move {
        while request(&mut stream).await.is_some() {
            tokio::time::sleep(Duration::from_millis(50)).await;
            write(&mut stream, ANSWER).await;
        }
    });
    let report = report(slow, &closed(4)).await;
    let all = report.latencies.unwrap();
    assert!(all.p50 >= nanos(Duration::from_millis(50)), "{all:?}");
    // 4 clients, 20 answers each; fewer where the machine is busy.
    assert!(all.count > 8 && all.count <= 84, "{all:?}");
    assert_eq!((report.connections, report.failed()), (4, 0), "{report:?}");
}

/// A server that answers at once, but once says nothing for 700 ms; and the 99th percentile that a load of it shows.
async fn stalled(plan: &LoadPlan) -> LoadReport {
    let begin = Instant::now();
    let server = serve(move |mut stream, _| async move {
        while request(&mut stream).await.is_some() {
            let since = begin.elapsed();
            if (Duration::from_millis(200)..Duration::from_millis(900)).contains(&since) {
                tokio::time::sleep(Duration::from_millis(900) - since).await;
            }
            write(&mut stream, ANSWER).await;
        }
    });
    report(server, &LoadPlan { timeout: nanos(Duration::from_secs(2)), ..plan.clone() }).await
}

#[tokio::test]
async fn an_open_loop_does_not_omit_what_a_stall_kept_waiting() {
    let open = stalled(&open(500, 1)).await;
    // One client of a closed loop asks once in the stall, and so sees it as one slow answer of thousands.
    let closed = stalled(&closed(1)).await;
    let (kept, omitted) = (open.latencies.unwrap(), closed.latencies.unwrap());
    assert!(kept.p50 > nanos(Duration::from_millis(50)), "{kept:?}");
    assert!(kept.p90 > nanos(Duration::from_millis(300)), "{kept:?}");
    assert!(omitted.p90 < nanos(Duration::from_millis(50)), "{omitted:?}");
    assert!(omitted.max > nanos(Duration::from_millis(300)), "{omitted:?}");
    // What a generator shows that counts from when it has sent.
    assert!(open.uncorrected.unwrap().p90 < nanos(Duration::from_millis(50)), "{open:?}");
}

#[tokio::test]
async fn answers_are_counted_by_request_by_worker_and_by_status() {
    let server = serve(|mut stream, number| async move {
        while let Some(line) = request(&mut stream).await {
            let status = if line.contains("/no") { "404 Not Found" } else { "200 OK" };
            let worker = number % 2;
            let answer = format!("HTTP/1.1 {status}\r\nx-virgil-worker: {worker}\r\ncontent-length: 0\r\n\r\n");
            write(&mut stream, answer.as_bytes()).await;
        }
    });
    let plan = LoadPlan { mix: vec![LoadRequest::get("/yes?n=1", 3), LoadRequest::get("/no", 1)], ..open(400, 4) };
    let report = report(server, &plan).await;
    let [yes, no] = &report.requests[..] else { panic!("{report:?}") };
    assert_eq!((yes.name.as_str(), no.name.as_str()), ("GET /yes?n=1", "GET /no"));
    let good = yes.latencies.unwrap().count;
    assert!((250..350).contains(&good) && yes.failed == 0, "{report:?}");
    assert_eq!(report.failed_by(Failure::Status(404)), no.failed);
    assert_eq!(good + no.failed, 400, "{report:?}");
    assert_eq!(no.latencies, None);
    let workers: Vec<&str> = report.workers.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(workers, ["0", "1"]);
    let of_workers: u64 =
        report.workers.iter().map(|part| part.latencies.map_or(0, |all| all.count) + part.failed).sum();
    assert_eq!(of_workers, 400);
}

#[tokio::test]
async fn without_keep_alive_every_request_has_its_connection() {
    let plan = LoadPlan { keep_alive: false, ..open(100, 4) };
    let report = report(at_once(), &plan).await;
    assert_eq!((report.connections, report.failed()), (100, 0), "{report:?}");
}

#[tokio::test]
async fn a_connection_that_the_server_ends_between_requests_is_made_again() {
    let server = serve(|mut stream, _| async move {
        let served = Cell::new(0);
        while served.get() < 5 && request(&mut stream).await.is_some() {
            write(&mut stream, ANSWER).await;
            served.set(served.get() + 1);
        }
    });
    let report = report(server, &LoadPlan { duration: Nanos(500_000_000), ..open(100, 1) }).await;
    assert_eq!(report.latencies.unwrap().count, 50, "{report:?}");
    assert_eq!((report.connections, report.failed()), (10, 0), "{report:?}");
}

#[tokio::test]
async fn what_others_wait_beside_a_neighbour_is_told_by_worker() {
    // Two workers in turns; the neighbour's connection is the third.
    let server = serve(|mut stream, number| async move {
        while let Some(line) = request(&mut stream).await {
            if line.contains("/slow") {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let worker = number % 2;
            let answer = format!("HTTP/1.1 200 OK\r\nx-virgil-worker: {worker}\r\ncontent-length: 0\r\n\r\n");
            write(&mut stream, answer.as_bytes()).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let plan = LoadPlan { neighbour: Some(LoadRequest::get("/slow", 1)), ..closed(2) };
    let (report, told) = watched(server, &plan).await;
    let beside = report.beside.unwrap();
    assert_eq!((beside.neighbour.name.as_str(), beside.neighbour.failed), ("GET /slow", 0));
    let own = beside.neighbour.latencies.unwrap();
    assert!(own.p50 >= nanos(Duration::from_millis(50)) && own.count <= 11, "{own:?}");
    // The neighbour's answers are in no figure of the others.
    let counts = [beside.alone, beside.elsewhere, beside.same].map(|all| all.unwrap().count);
    assert_eq!(counts.iter().sum::<u64>(), report.latencies.unwrap().count);
    assert_eq!(report.requests.len(), 1);
    assert!(!told[0].is_beside && told[told.len() - 1].is_beside, "{told:?}");
}

#[tokio::test]
async fn a_neighbour_whose_worker_says_no_name_is_beside_all() {
    let plan = LoadPlan { neighbour: Some(LoadRequest::get("/slow", 1)), ..closed(1) };
    let beside = report(at_once(), &plan).await.beside.unwrap();
    assert!(beside.alone.is_some() && beside.elsewhere.is_some() && beside.same.is_none(), "{beside:?}");
}
