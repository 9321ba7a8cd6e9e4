//! What a source says of its load, and a check that asks the service.

use shared::{Ending, LapEvent, LapRequest, LoadRequest, LoadWish, Mode, Nanos, Verdict, WishedPace};

use super::{FLASK, WSGI, environment, serve, serve_request, serving};
use crate::harness::{Record, request, run_with};

fn wished(record: &Record) -> Vec<LoadWish> {
    record.wishes.iter().map(|(_, wish)| wish.clone()).collect()
}

#[test]
fn what_the_source_says_of_its_load_is_told_once() {
    let load = "N = 22
LOAD = {
    'paths': {f'/fibonacci?n={N}': 3, '/': 1},
    'requests': [{'path': '/length', 'method': 'POST', 'headers': {'X-A': 'b'}, 'body': 'text', 'weight': 2}],
    'rate': 100, 'connections': 5, 'seconds': 2.5, 'warm_up': 0, 'timeout': 3, 'keep_alive': False,
    'neighbour': '/slow',
}
";
    let post = LoadRequest {
        method: "POST".into(),
        path: "/length".into(),
        headers: vec![("X-A".into(), "b".into())],
        body: b"text".to_vec(),
        weight: 2,
    };
    let expected = LoadWish {
        pace: Some(WishedPace::Open(100, Some(5))),
        warm_up: Some(Nanos(0)),
        duration: Some(Nanos(2_500_000_000)),
        timeout: Some(Nanos(3_000_000_000)),
        keep_alive: Some(false),
        mix: Some(vec![LoadRequest::get("/fibonacci?n=22", 3), LoadRequest::get("/", 1), post]),
        neighbour: Some(LoadRequest::get("/slow", 1)),
    };
    for mode in serving() {
        let Some(record) = serve(&format!("{WSGI}{load}"), mode, |_| ()) else { return };
        assert_eq!(wished(&record), std::slice::from_ref(&expected), "{mode}");
        let served = record.events.iter().position(|event| matches!(event, LapEvent::Serving { .. }));
        assert!(record.wishes[0].0 < served.unwrap(), "{mode}: it was asked before");
    }
    let Some(record) = serve(&format!("{WSGI}LOAD = '/a'\n"), Mode::Threads, |_| ()) else { return };
    let mix = Some(vec![LoadRequest::get("/a", 1)]);
    assert_eq!(wished(&record), [LoadWish { mix, ..LoadWish::default() }]);
    let Some(record) = serve(&format!("{WSGI}LOAD = {{'clients': 3}}\n"), Mode::Threads, |_| ()) else { return };
    assert_eq!(wished(&record), [LoadWish { pace: Some(WishedPace::Closed(3)), ..LoadWish::default() }]);
    let Some(record) = serve(WSGI, Mode::Threads, |_| ()) else { return };
    assert_eq!(wished(&record), []);
}

#[test]
fn a_load_without_sense_is_refused_with_what_is_wrong() {
    let Some(environment) = environment() else { return };
    let wrong = [
        ("7", "LOAD must be a dict or a path"),
        ("{'client': 3}", "LOAD has no 'client': did you mean 'clients'?"),
        ("{'x': 3}", "LOAD has no 'x': there are paths, requests"),
        ("{'clients': 0}", "'clients': it must be a whole number from 1 to 10,000, and is 0"),
        ("{'clients': True}", "'clients': it must be a whole number"),
        ("{'seconds': '5'}", "'seconds': it must be a number from 0.1 to 600, and is '5'"),
        ("{'rate': 5, 'clients': 5}", "a \"rate\" and \"clients\""),
        ("{'connections': 5}", "\"connections\" without a \"rate\""),
        ("{'paths': 'a'}", "the path 'a': it must begin with \"/\""),
        ("{'paths': ['/a b']}", "as in %20"),
        ("{'paths': {'/': 0}}", "LOAD asks for nothing"),
        ("{'paths': []}", "LOAD asks for nothing"),
        ("{'paths': 7}", "LOAD[\"paths\"] must be a list"),
        ("{'requests': [{'path': '/', 'method': 'GE T'}]}", "the method 'GE T'"),
        ("{'requests': [{'headers': {'a b': 1}}]}", "the header 'a b'"),
        ("{'requests': [{'body': 7}]}", "a body that is neither text nor bytes"),
        ("{'requests': [{'way': 7}]}", "has no 'way'"),
        ("{'keep_alive': 1}", "must be True or False"),
        ("{'neighbour': 'b'}", "LOAD[\"neighbour\"] has the path 'b'"),
    ];
    // The rest is the same code, wherever it is replayed.
    let more = serving().into_iter().map(|mode| (mode, &wrong[1..2]));
    for (mode, wrong) in [(Mode::Threads, &wrong[..])].into_iter().chain(more) {
        for (load, said) in wrong {
            let source = format!("{WSGI}LOAD = {load}\n");
            let record = run_with(&environment, request(&source, mode, 2));
            record.assert_nothing_left();
            let Some(Ending::Raised(raised)) = &record.ending else { panic!("{mode}, {load}: {:?}", record.ending) };
            assert!(raised.message.contains(said), "{mode}, {load}: {raised:?}");
            assert!(raised.advice.as_ref().is_some_and(|advice| advice.contains("leave it out")), "{raised:?}");
        }
    }
}

fn verdict(record: &Record) -> Option<&Verdict> {
    record.events.iter().find_map(|event| if let LapEvent::Checked(verdict) = event { Some(verdict) } else { None })
}

/// A lap with this check, which is asked for nothing else.
fn checked(source: &str, mode: Mode, check: &str) -> Option<Record> {
    let request = LapRequest { check: Some(check.into()), ..request(source, mode, 2) };
    serve_request(request, |kernel, _| kernel.command(&shared::KernelCommand::Drain))
}

#[test]
fn a_check_asks_the_workers_in_turn_before_the_service_drains() {
    let check = "
def check(ask, lap):
    answers = [ask('/'), ask('/'), ask('/length', body='12345'), ask('/nothing')]
    seen = [(answer.status, answer.text, answer.worker) for answer in answers[:3]]
    assert seen == [(200, 'hello\\n', 0), (200, 'hello\\n', 1), (200, '5', 0)], seen
    assert answers[3].status == 404
    assert lap.workers == 2 and lap.wall > 0 and len(lap.tasks) >= 0, lap
";
    for mode in serving() {
        let Some(record) = checked(FLASK, mode, check) else { return };
        assert_eq!(verdict(&record), Some(&Verdict::Passed), "{mode}");
        assert!(matches!(record.ending, Some(Ending::Completed { .. })), "{mode}: {:?}", record.ending);
    }
}

#[test]
fn a_check_of_a_service_fails_with_its_sentence_and_breaks_with_its_traceback() {
    for (check, said) in [
        ("def check(ask, lap): assert ask('/').text == 'x', 'Say x.'", Verdict::Failed("Say x.".into())),
        (
            "def check(ask, lap): ask('/exit')",
            Verdict::Failed("`/exit` got no answer: Remote end closed connection without response.".into()),
        ),
    ] {
        // A worker process that dies takes no other with it.
        let Some(record) = checked(FLASK, Mode::Processes, check) else { return };
        assert_eq!(verdict(&record), Some(&said));
    }
    let Some(record) = checked(FLASK, Mode::Threads, "def check(ask, lap): return 1 / 0") else { return };
    let Some(Verdict::Broken(traceback)) = verdict(&record) else { panic!("{:?}", verdict(&record)) };
    assert!(traceback.contains("ZeroDivisionError"), "{traceback}");
}

#[test]
fn a_check_that_waits_for_ever_is_stopped() {
    let check = "def check(ask, lap): ask('/never')";
    let request = LapRequest { check: Some(check.into()), ..request(FLASK, Mode::Threads, 2) };
    let record = serve_request(request, |kernel, _| {
        kernel.command(&shared::KernelCommand::Drain);
        std::thread::sleep(std::time::Duration::from_millis(300));
        kernel.command(&shared::KernelCommand::Cancel);
    });
    let Some(record) = record else { return };
    assert_eq!(verdict(&record), None);
    assert!(matches!(record.ending, Some(Ending::Stopped(_))), "{:?}", record.ending);
}
