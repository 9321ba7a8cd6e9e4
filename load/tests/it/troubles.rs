use std::net::TcpListener;
use std::time::{Duration, Instant};

use load::{Load, Unstarted};
use shared::{Failure, LoadPlan, LoadReport, LoadRequest};

use crate::harness::{closed, nanos, open, report};
use crate::server::{at_once, request, serve, write};

fn only(report: &LoadReport, failure: Failure) -> u64 {
    assert_eq!(report.latencies, None, "{report:?}");
    assert_eq!(report.failures.len(), 1, "{report:?}");
    report.failed_by(failure)
}

#[tokio::test]
async fn where_nobody_listens_every_request_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(only(&report(nobody, &open(50, 4)).await, Failure::Refused), 50);
    // Clients of a closed loop don't turn as fast as they can.
    let refused = only(&report(nobody, &closed(2)).await, Failure::Refused);
    assert!((2..=200).contains(&refused), "{refused}");
}

#[tokio::test]
async fn what_is_no_answer_is_counted_by_what_it_is() {
    let says = |bytes: &'static [u8]| {
        serve(move |mut stream, _| async move {
            if request(&mut stream).await.is_some() {
                write(&mut stream, bytes).await;
            }
        })
    };
    for (bytes, failure) in [
        (&b""[..], Failure::ClosedEarly),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", Failure::ClosedEarly),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n", Failure::ClosedEarly),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nno chunk\r\n\r\n", Failure::Malformed),
        (b"220 mail.example ESMTP\r\n\r\n", Failure::Malformed),
        (b"HTTP/1.1 200 OK\r\n: : :\r\n\r\n", Failure::Malformed),
    ] {
        let report = report(says(bytes), &open(20, 2)).await;
        assert_eq!(only(&report, failure), 20, "{}", String::from_utf8_lossy(bytes));
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_waited_for_no_longer_than_was_said() {
    let server = serve(|mut stream, _| async move {
        request(&mut stream).await;
        std::future::pending::<()>().await;
    });
    let report = report(server, &open(20, 4)).await;
    let (timed_out, not_sent) = (report.failed_by(Failure::TimedOut), report.failed_by(Failure::NotSent));
    assert_eq!((timed_out + not_sent, report.failures.len()), (20, 2), "{report:?}");
    assert!(timed_out >= 4 && not_sent > 0, "{report:?}");
}

#[tokio::test]
async fn a_large_answer_is_read_whole_and_not_kept() {
    const PART: usize = 64 * 1024;
    let server = serve(|mut stream, _| async move {
        while request(&mut stream).await.is_some() {
            write(&mut stream, b"HTTP/1.1 200 OK\r\ncontent-length: 52428800\r\n\r\n").await;
            for _ in 0..800 {
                write(&mut stream, &[b'x'; PART]).await;
            }
        }
    });
    let report = report(server, &LoadPlan { timeout: nanos(Duration::from_secs(20)), ..open(2, 1) }).await;
    assert_eq!((report.latencies.map(|all| all.count), report.failed()), (Some(2), 0), "{report:?}");
}

#[tokio::test]
async fn a_load_that_is_stopped_ends_at_once_with_what_was_until_then() {
    let server = serve(|mut stream, _| async move {
        while let Some(line) = request(&mut stream).await {
            if line.contains("/never") {
                std::future::pending::<()>().await;
            }
            write(&mut stream, crate::server::ANSWER).await;
        }
    });
    let hour = nanos(Duration::from_secs(3_600));
    let mix = vec![LoadRequest::get("/", 9), LoadRequest::get("/never", 1)];
    let plan = LoadPlan { duration: hour, timeout: hour, mix, ..open(200, 400) };
    let mut load = Load::start(server, &plan, drop).unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    let asked = Instant::now();
    load.stop();
    let report = load.report().await.unwrap();
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert!(report.latencies.unwrap().count > 10 && report.failed_by(Failure::Unfinished) > 0, "{report:?}");
    assert!(report.duration > nanos(Duration::from_millis(500)) && report.duration < nanos(Duration::from_secs(60)));
}

#[tokio::test]
async fn what_cannot_be_asked_is_said_before() {
    let plan = LoadPlan { mix: vec![LoadRequest::get("no path", 1)], ..open(1, 1) };
    let Err(Unstarted::Unfit(unfit)) = Load::start(at_once(), &plan, drop) else { panic!("it was begun") };
    assert!(unfit.to_string().contains("can't be asked"), "{unfit}");
}
