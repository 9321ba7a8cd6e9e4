//! Loads as they come: not yet, under way, over, with failures, in rounds.

use super::super::palette::plain;
use super::super::sample;
use super::*;
use shared::{
    CellId, Failure, LapEvent, LoadPart, LoadPlan, LoadProgress, LoadRequest, Mode, Pace, Rounds, RunEnding, RunEvent,
    RunId, RunTicket,
};

const SECOND: u64 = 1_000_000_000;

fn latencies(count: u64, p50_ms: u64) -> Latencies {
    let ms = |ms: u64| Nanos(ms * 1_000_000);
    Latencies {
        count,
        mean: ms(p50_ms),
        p50: ms(p50_ms),
        p90: ms(2 * p50_ms),
        p99: ms(4 * p50_ms),
        p999: ms(5 * p50_ms),
        max: ms(10 * p50_ms),
    }
}

/// A service that is loaded for two seconds after one of warm-up.
fn serving(run: &mut Run, lap: u32) {
    sample::begin(run, lap, 0);
    sample::in_lap(run, lap, LapEvent::Source(shared::SourceKind::Service));
    let plan = LoadPlan { duration: Nanos(2 * SECOND), pace: Pace::Closed { clients: 4 }, ..LoadPlan::usual() };
    sample::in_lap(run, lap, LapEvent::Loading(Box::new(plan)));
}

/// So many answers in each quarter of a second, until so many of them are over.
fn answers(run: &mut Run, lap: u32, each: u64, quarters: u64) {
    for quarter in 1..=quarters {
        let progress = LoadProgress {
            elapsed: Nanos(quarter * SECOND / 4),
            window: Nanos(SECOND / 4),
            is_warm_up: quarter <= 4,
            latencies: Some(latencies(each, 10)),
            failures: Vec::new(),
            in_flight: 3,
            is_beside: false,
        };
        sample::in_lap(run, lap, LapEvent::LoadProgress(Box::new(progress)));
    }
}

fn report(rate: u64, p50_ms: u64, failures: &[(Failure, u64)]) -> LoadReport {
    LoadReport {
        duration: Nanos(2 * SECOND),
        in_time: 2 * rate,
        latencies: (rate > 0).then(|| latencies(2 * rate, p50_ms)),
        uncorrected: None,
        histogram: Vec::new(),
        failures: failures.to_vec(),
        requests: Vec::new(),
        workers: Vec::new(),
        beside: None,
        lateness: Nanos(0),
        cpu: None,
        connections: 4,
    }
}

fn loaded(run: &mut Run, lap: u32, report: LoadReport) {
    serving(run, lap);
    answers(run, lap, report.in_time / 8, 12);
    sample::in_lap(run, lap, LapEvent::Loaded(Box::new(report)));
    sample::finish(run, lap, 3_000);
}

fn two_modes() -> Run {
    let mut run = sample::accepted(&[Mode::Threads, Mode::Subinterpreters]);
    loaded(&mut run, 0, report(400, 10, &[(Failure::TimedOut, 2), (Failure::Status(500), 10)]));
    loaded(&mut run, 1, report(800, 5, &[]));
    run.apply(&RunEvent::Ended(RunEnding::Completed));
    run
}

fn draw_plain(run: &Run) -> Picture {
    draw(run, Reach::default(), &plain())
}

fn option(run: &Run) -> serde_json::Value {
    serde_json::to_value(draw_plain(run).chart).unwrap()
}

fn series(run: &Run) -> Vec<serde_json::Value> {
    option(run)["series"].as_array().unwrap().clone()
}

fn names(run: &Run) -> Vec<String> {
    series(run).iter().map(|series| series["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn it_says_what_each_mode_gave_and_what_was_gained() {
    assert_eq!(
        draw_plain(&two_modes()).sentence,
        "threads × 2: 400 answers a second, half of them within 10.0 ms (p50), 99 % within 40.0 ms (p99), 12 failed; \
         subinterpreters × 2: 800 answers a second, half of them within 5.00 ms (p50), 99 % within 20.0 ms (p99). \
         subinterpreters × 2: 2.00 times as many answers a second as threads × 2, of one round."
    );
}

#[test]
fn a_neighbour_is_marked_and_what_it_costs_is_said() {
    let mut run = sample::accepted(&[Mode::Threads]);
    serving(&mut run, 0);
    let usual = LoadPlan { neighbour: Some(LoadRequest::get("/slow", 1)), ..LoadPlan::usual() };
    sample::in_lap(&mut run, 0, LapEvent::Loading(Box::new(usual)));
    answers(&mut run, 0, 100, 24);
    let neighbour = LoadPart { name: "GET /slow".into(), latencies: Some(latencies(3, 500)), failed: 0 };
    let [alone, elsewhere] = [2, 30].map(|p50_ms| Some(latencies(100, p50_ms)));
    let beside = Some(Beside { neighbour, alone, elsewhere, same: None });
    sample::in_lap(&mut run, 0, LapEvent::Loaded(Box::new(LoadReport { beside, ..report(400, 10, &[]) })));
    sample::finish(&mut run, 0, 3_000);
    run.apply(&RunEvent::Ended(RunEnding::Completed));
    let said = "half of the answers took up to 2.00 ms; beside GET /slow 30.0 ms on other workers, 15.0 times as long.";
    let sentence = draw_plain(&run).sentence;
    assert!(sentence.contains(said), "{sentence}");
    let series = series(&run);
    let veil = series.iter().find(|series| series["name"] == "with the neighbour").unwrap();
    // From the middle of five seconds, after one of warm-up, to the end.
    let corners: Vec<&serde_json::Value> =
        veil["data"].as_array().unwrap().iter().map(|corner| &corner["value"][0]).collect();
    assert_eq!(corners, [6.0, 3.5, 3.5]);
    assert_eq!(veil["itemStyle"]["opacity"], 0.4, "the legend is as pale as the picture");
    let row = table(&run).rows.remove(0).join(",");
    assert!(row.contains(",2.000000,30.000000,,"), "{row}");
}

#[test]
fn what_fails_is_marked_where_it_failed() {
    assert!(!names(&two_modes()).contains(&"failed".to_owned()));
    let mut run = sample::accepted(&[Mode::Threads]);
    serving(&mut run, 0);
    let progress = LoadProgress {
        elapsed: Nanos(2 * SECOND),
        window: Nanos(SECOND / 4),
        is_warm_up: false,
        latencies: None,
        failures: vec![(Failure::Status(500), 20), (Failure::TimedOut, 5)],
        in_flight: 3,
        is_beside: false,
    };
    sample::in_lap(&mut run, 0, LapEvent::LoadProgress(Box::new(progress)));
    let series = series(&run);
    let failed = series.iter().find(|series| series["name"] == "failed").unwrap();
    assert_eq!(failed["data"][0]["value"], serde_json::json!([2.0, 100.0]));
    assert_eq!(failed["data"][0]["name"], "Threads × 2, after 2.0 s: 100 failed a second");
}

#[test]
fn lines_stand_above_and_latencies_below() {
    let run = two_modes();
    assert_eq!(
        names(&run),
        [
            "warm-up",
            "Threads × 2",
            "Subinterpreters × 2",
            "Threads × 2",
            "Subinterpreters × 2",
            "p50",
            "p90",
            "p99",
            "max"
        ]
    );
    let picture = draw_plain(&run);
    assert_eq!(picture.drawn, 12 + 12 + 2, "moments and rows");
    let (option, series) = (option(&run), series(&run));
    assert_eq!((&option["xAxis"][0]["max"], &option["yAxis"][0]["max"]), (&3.0.into(), &800.0.into()));
    assert_eq!((&option["xAxis"][1]["min"], &option["xAxis"][1]["max"]), (&1.0.into(), &100.0.into()));
    assert_eq!(option["yAxis"][1]["data"], serde_json::json!(["threads × 2", "subinterp. × 2"]));
    assert_eq!(series[1]["data"][4]["value"], serde_json::json!([1.25, 400.0]));
    assert_eq!(series[1]["data"][3]["name"], "Threads × 2, after 1.0 s, warm-up: 400 answers a second");
    assert_ne!(series[1]["symbol"], series[2]["symbol"], "told apart without colours");
    let p99 = &series[7];
    assert_eq!((&p99["data"][1]["value"], &p99["xAxisIndex"]), (&serde_json::json!([20.0, 1, "20.0 ms"]), &1.0.into()));
    assert_eq!(p99["label"]["formatter"], "p99 {@[2]}");
    assert_eq!(p99["data"][1]["name"], "Subinterpreters × 2: 99 % of the answers took no longer than 20.0 ms (p99)");
}

#[test]
fn it_says_what_to_expect_before_there_is_anything() {
    let mut run = sample::accepted(&[Mode::Threads]);
    let picture = draw_plain(&run);
    assert!(picture.sentence.starts_with("As soon as the service answers"), "{}", picture.sentence);
    assert_eq!((picture.drawn, picture.height, table(&run).rows.len()), (0, 0.0, 0));
    run.apply(&RunEvent::Ended(RunEnding::Completed));
    assert!(draw_plain(&run).sentence.ends_with("run it again."));
}

#[test]
fn it_grows_while_a_load_goes_on() {
    let mut run = sample::accepted(&[Mode::Threads, Mode::Processes]);
    serving(&mut run, 0);
    let begun = draw_plain(&run);
    assert_eq!(begun.sentence, "threads × 2, so far: the load begins.");
    answers(&mut run, 0, 100, 5);
    let later = draw_plain(&run);
    assert_eq!(later.sentence, "threads × 2, so far: 400 answers/s, 3 waiting.");
    assert_eq!((later.drawn, later.height), (5, begun.height), "it keeps its height");
    assert_eq!(names(&run), ["warm-up", "Threads × 2", "p50", "p90", "p99", "max"], "no latencies yet");
    assert_eq!(table(&run).rows, [["threads", "2", "1", "", "", "", "", "", "", "", "", "", "", ""]]);
    sample::finish(&mut run, 0, 100);
    assert_eq!(draw_plain(&run).sentence, "threads × 2: the load did not come to its end, so it has no figures.");
}

#[test]
fn where_everything_fails_there_is_no_latency() {
    let mut run = sample::accepted(&[Mode::Threads]);
    loaded(&mut run, 0, report(0, 1, &[(Failure::Refused, 7)]));
    let picture = draw_plain(&run);
    assert_eq!(picture.sentence, "threads × 2: 0.0 answers a second, 7 failed.");
    assert!(!names(&run)[2..].contains(&"Threads × 2".to_owned()));
}

#[test]
fn rounds_have_their_lines_and_the_medians_of_their_latencies() {
    let rounds = Rounds::usual(3);
    let plan = shared::plan(&[Mode::Threads], &[2, 4], rounds).unwrap();
    let mut run = Run::new(RunTicket { id: RunId(1), cell: CellId("api".into()), fingerprint: 0, plan });
    serving(&mut run, 0);
    assert_eq!(draw_plain(&run).sentence, "threads × 2, so far in a round that counts in no figure: the load begins.");
    sample::in_lap(&mut run, 0, LapEvent::Loaded(Box::new(report(10, 50, &[]))));
    assert_eq!(draw_plain(&run).sentence, "Lines appear with the first round that counts.");
    sample::finish(&mut run, 0, 10);
    for (lap, (rate, p50)) in (1..8).zip([(1, 90), (100, 10), (200, 4), (300, 30), (210, 5), (200, 20), (220, 6)]) {
        loaded(&mut run, lap, report(rate, p50, &[(Failure::Refused, 1)]));
    }
    let sentence = draw_plain(&run).sentence;
    assert!(
        sentence
            .starts_with("threads × 4: 210 answers a second, half of them within 5.00 ms (p50), 99 % within 20.0 ms")
            && sentence.contains("3 failed. threads × 4: ")
            && sentence.ends_with("Rates and times are the medians of 3 rounds; failures are those of all."),
        "{sentence}"
    );
    let series = series(&run);
    assert_eq!(series.iter().filter(|series| series["name"] == "Threads × 2").count(), 3 + 1);
    let stroke = |name: &str| {
        series.iter().find(|series| series["name"] == name).map(|series| series["lineStyle"]["type"].clone()).unwrap()
    };
    assert_eq!((stroke("Threads × 2"), stroke("Threads × 4")), ("solid".into(), "dashed".into()));
    let p50 = series.iter().find(|series| series["name"] == "p50").unwrap();
    assert_eq!((&p50["data"][0]["value"][0], &p50["data"][1]["value"][0]), (&20.0.into(), &5.0.into()));
    assert_eq!(table(&run).rows.len(), 8, "warm-up rounds are in the table");
}

#[test]
fn a_long_load_has_no_more_points_than_can_be_seen_and_none_after_its_end() {
    let mut run = sample::accepted(&[Mode::Threads]);
    serving(&mut run, 0);
    if let Some(load) = &mut run.laps[0].load {
        load.plan.duration = Nanos(59 * SECOND);
    }
    answers(&mut run, 0, 100, 260);
    for narrow in [false, true] {
        let lines = rate::lines(&run, narrow);
        let points = &lines[0].points;
        assert!(points.len() <= if narrow { 14 + 1 } else { 28 + 1 }, "{}", points.len());
        assert!(points.iter().all(|point| point.rate == 400.0 && point.at <= Nanos(60 * SECOND)));
        assert!(points[0].is_warm_up && !points[1].is_warm_up, "warm-up is never mixed with what counts");
    }
}

#[test]
fn the_table_has_a_row_for_each_lap_with_what_failed() {
    assert_eq!(
        table(&two_modes()).csv(),
        "mode,workers,round,answers_per_second,p50_ms,p90_ms,p99_ms,p999_ms,max_ms,p50_alone_ms,p50_beside_on_others_ms,p50_beside_on_same_ms,failed,failures\r\n\
         threads,2,1,400.000,10.000000,20.000000,40.000000,50.000000,100.000000,,,,12,\
         2 no whole answer in time; 10 answered with status 500\r\n\
         subinterpreters,2,1,800.000,5.000000,10.000000,20.000000,25.000000,50.000000,,,,0,\r\n"
    );
}

#[test]
fn runs_that_are_compared_have_the_same_axes() {
    let other = |rate: u64, p50_ms: u64| {
        let mut run = sample::accepted(&[Mode::Threads]);
        loaded(&mut run, 0, report(rate, p50_ms, &[]));
        run
    };
    let (slow, fast) = (other(40, 300), other(4_000, 1));
    let reach = Reach::of(&slow, 2).and(Reach::of(&fast, 2));
    let ends = |run: &Run| {
        let option = serde_json::to_value(draw(run, reach, &plain()).chart).unwrap();
        [&option["xAxis"][0]["max"], &option["yAxis"][0]["max"], &option["xAxis"][1]["min"], &option["xAxis"][1]["max"]]
            .map(|end| end.as_f64().unwrap())
    };
    assert_eq!((ends(&slow), ends(&fast)), ([3.0, 4_000.0, 1.0, 10_000.0], [3.0, 4_000.0, 1.0, 10_000.0]));
}
