//! From a run that is over to its JSON form.

use shared::{
    Agreement, Bounds, Cause, Differing, Exceeded, InterpreterBuild, LapGroup, LapPhase, Limit, Nanos, Phase, Run,
    SourceKind, StopStage, Stream, groups, reasons, warnings,
};

use super::cost;
use super::exit::{Exit, disagreement, failed};
use super::result::figures::{Difference, Interval, IntervalNs, OtherLoad, Reason, SpeedUp, Summary, Warning, Whose};
use super::result::{
    Build, Document, Ending, FORMAT, How, Kind, Lap, Line, Machine, Output, Request, RunEnding, Source, Task, VERSION,
    Verdict, Worker,
};

mod account;
mod load;
mod states;
mod window;

/// What is known before the run.
#[derive(Debug, Clone)]
pub struct Context {
    /// When it began: RFC 3339, in UTC.
    pub when: String,
    /// Where.
    pub machine: Machine,
    /// Of what; its kind comes with the run.
    pub source: Source,
    /// What was asked for.
    pub request: Request,
    /// The builds that could execute it.
    pub builds: Vec<InterpreterBuild>,
    /// Whether every lap must return the same.
    pub agreement: Agreement,
}

/// The JSON form of a run that has ended so.
pub fn document(context: &Context, run: &Run, exit: Exit) -> Document {
    let kind = run.laps.iter().find_map(|lap| lap.kind).map(|kind| match kind {
        SourceKind::Workload => Kind::Workload,
        SourceKind::Script => Kind::Script,
        SourceKind::Service => Kind::Service,
        SourceKind::Desktop => Kind::Desktop,
    });
    Document {
        format: FORMAT.into(),
        version: VERSION,
        virgil: env!("CARGO_PKG_VERSION").into(),
        when: context.when.clone(),
        machine: context.machine.clone(),
        source: Source { kind, ..context.source.clone() },
        request: context.request.clone(),
        laps: run.laps.iter().filter_map(|lap| self::lap(context, lap)).collect(),
        summary: groups(run).into_iter().map(|group| summary(run, group)).collect(),
        warnings: warnings(run, context.machine.cores).iter().map(warning).collect(),
        reasons: reasons(run, context.machine.cores).iter().map(reason).collect(),
        difference: shared::difference(run).map(|found| difference(run, &found)),
        ending: run_ending(run, context.agreement, exit),
    }
}

fn warning(warning: &shared::Warning) -> Warning {
    Warning { kind: warning.slug().into(), sentence: warning.sentence() }
}

fn reason(reason: &shared::Reason) -> Reason {
    let whose = |who: &shared::Contestant| Whose { mode: who.mode.slug().into(), workers: who.workers };
    Reason {
        kind: reason.why.slug().into(),
        sentence: reason.sentence(),
        slide: reason.why.slide().0.into(),
        // Six digits, as for speed-ups.
        share: reason.share.map(|share| (share * 1e6).round() / 1e6),
        of: reason.who.iter().map(whose).collect(),
    }
}

/// Laps are counted as in the document, which has only those that were executed.
fn difference(run: &Run, found: &shared::Difference) -> Difference {
    let (first_item, last_item, expected, other) = match &found.what {
        Differing::Count { expected, found } => (None, None, Some(expected.to_string()), Some(found.to_string())),
        Differing::Item { item, expected, found } => (Some(*item), Some(*item), expected.clone(), found.clone()),
        Differing::Among { first, last } => (Some(*first), Some(*last), None, None),
    };
    Difference {
        reference_lap: found.reference,
        lap: found.lap,
        first_item,
        last_item,
        expected,
        found: other,
        sentence: found.sentence(run),
    }
}

/// A lap; none that was not executed.
fn lap(context: &Context, lap: &shared::Lap) -> Option<Lap> {
    let LapPhase::Ended(ending) = &lap.phase else { return None };
    let build = context.builds.iter().find(|build| build.id == lap.build);
    let worker = |track: &shared::WorkerTrack| Worker {
        name: track.name.clone(),
        ready_ns: track.ready.map(|ready| ready.0),
        ended_ns: track.ended.map(|ended| ended.0),
        states: track.totals.as_ref().map(states::states),
        intervals: track.states.iter().map(states::interval).collect(),
        account: track.account.as_ref().map(account::account),
        tasks: track.spans.iter().map(task).collect(),
    };
    Some(Lap {
        mode: lap.plan.mode.slug().into(),
        dispatcher: lap.plan.mode.group().slug().into(),
        workers: lap.plan.workers,
        round: lap.plan.round.number(),
        warm_up: lap.is_warm_up(),
        build: build.map(|build| Build {
            id: build.id.clone(),
            python: build.python.to_string(),
            gil: build.gil == shared::Gil::Present,
        }),
        ending: Ending { how: how(ending, lap.stopped_after), sentence: ending.sentence() },
        began_ns: lap.began.map(|began| began.0),
        wall_ns: lap.wall().map(|wall| wall.0),
        task_count: lap.tasks,
        wrapper_ns: lap.wrapper.map(|cost| cost.0),
        sampling: lap.sampling.as_ref().map(states::sampling),
        load: lap.load.as_ref().map(load::load),
        window: lap.is_desktop().then(|| window::window(&lap.window)),
        by_worker: lap.workers.iter().map(worker).collect(),
        output: output(&lap.output),
        verdict: lap.verdict.as_ref().map(verdict),
        other_load: lap.other_load.map(|load| OtherLoad {
            cpu_ns: load.cpu.0,
            during_ns: load.during.0,
            cores: load.cores,
        }),
    })
}

fn task(span: &shared::Span) -> Task {
    Task { task: span.task, start_ns: span.start.0, end_ns: span.end.0, cpu_ns: span.cpu.0 }
}

fn how(ending: &shared::Ending, stopped_after: Option<Nanos>) -> How {
    match ending.clone() {
        shared::Ending::Completed { results, .. } => {
            let (compared, opaque) = (results.prints.compared, results.prints.opaque);
            How::Completed { results: results.count, first_results: results.first, compared, opaque }
        }
        shared::Ending::Raised(raised) => {
            let advice = shared::advice(&raised);
            let shared::Raised { exception, message, traceback, line, worker, task, .. } = raised;
            How::Raised { exception, message, advice, traceback, line, worker, task }
        }
        shared::Ending::Stopped(stage) => {
            How::Stopped { killed: stage == StopStage::Killing, after_ns: stopped_after.map(|after| after.0) }
        }
        shared::Ending::TimedOut { limit, peak_memory, last_line } => {
            How::TimedOut { limit_ns: limit.0, peak_memory_bytes: peak_memory, last_line }
        }
        shared::Ending::LimitExceeded(Exceeded { limit, peak_memory, last_line }) => {
            let (of, limit) = match limit {
                Limit::Cpu { limit } => ("cpu", limit.0),
                Limit::Memory { limit } => ("memory", limit),
                Limit::Processes { limit } => ("processes", u64::from(limit)),
                Limit::Output { limit } => ("output", limit),
                Limit::Items { limit } => ("items", u64::from(limit)),
            };
            How::LimitExceeded { of: of.into(), limit, peak_memory_bytes: peak_memory, last_line }
        }
        shared::Ending::Died(death) => {
            let (status, signal) = match death.cause {
                Cause::Exit(status) => (Some(status), None),
                Cause::Signal(signal) => (None, Some(signal)),
                Cause::Unheard => (None, None),
            };
            How::Died {
                status,
                signal,
                worker: death.worker,
                task: death.task,
                peak_memory_bytes: death.peak_memory,
                last_line: death.last_line,
            }
        }
    }
}

fn output(output: &shared::Output) -> Output {
    let line = |line: &shared::Line| Line {
        number: line.number,
        worker: line.worker,
        task: line.task,
        stream: match line.stream {
            Stream::Stdout => "stdout".into(),
            Stream::Stderr => "stderr".into(),
            Stream::Native => "native".into(),
        },
        text: line.text.clone(),
    };
    let lines = output.head().iter().chain(output.tail()).map(line).collect();
    Output { total: output.count(), hidden: output.hidden(), lines }
}

fn verdict(verdict: &shared::Verdict) -> Verdict {
    let (kind, text) = match verdict {
        shared::Verdict::Passed => ("passed", None),
        shared::Verdict::Failed(sentence) => ("failed", Some(sentence.clone())),
        shared::Verdict::Broken(traceback) => ("broken", Some(traceback.clone())),
    };
    Verdict { kind: kind.into(), text }
}

fn summary(run: &Run, group: LapGroup) -> Summary {
    // Six digits are more than any clock gives, and every reader of JSON reads them back as they were.
    let rounded = |ratio: f64| (ratio * 1e6).round() / 1e6;
    Summary {
        worker: account::cost(&cost::cost(run, group.mode, group.workers)),
        mode: group.mode.slug().into(),
        workers: group.workers,
        walls_ns: group.walls.iter().map(|wall| wall.0).collect(),
        median_ns: group.median.0,
        deviation_ns: group.deviation.map(|deviation| deviation.0),
        interval_ns: group.interval.map(|Bounds { low, high }| IntervalNs { low: nanos(low), high: nanos(high) }),
        speed_up: group.speed_up.map(|speed_up| SpeedUp {
            median: rounded(speed_up.ratio),
            low: rounded(speed_up.range.low),
            high: rounded(speed_up.range.high),
            interval: speed_up.interval.map(|Bounds { low, high }| Interval { low: rounded(low), high: rounded(high) }),
        }),
    }
}

/// Of seconds.
fn nanos(seconds: f64) -> u64 {
    Nanos::of_seconds(seconds).0
}

fn run_ending(run: &Run, agreement: Agreement, exit: Exit) -> RunEnding {
    let unhappy = run.laps.iter().position(|lap| failed(lap.verdict.as_ref()));
    let (kind, lap) = match &run.phase {
        Phase::Ended(shared::RunEnding::Completed) if unhappy.is_some() => {
            ("check-failed", unhappy.map(|lap| lap as u32))
        }
        Phase::Ended(shared::RunEnding::Completed) => match disagreement(run, agreement) {
            Some(found) => ("results-differ", Some(found.lap)),
            None => ("completed", None),
        },
        Phase::Ended(shared::RunEnding::AsLap(lap)) => (kind_of(run, *lap), Some(*lap)),
        Phase::Ended(shared::RunEnding::Impossible { .. }) => ("impossible", None),
        Phase::Ended(shared::RunEnding::Withdrawn) | Phase::Queued { .. } | Phase::Running | Phase::Stopping(_) => {
            ("withdrawn", None)
        }
    };
    let sentence = sentence(run, agreement).unwrap_or_else(|| "Ended before the run was over.".into());
    RunEnding { kind: kind.into(), lap, sentence, exit_code: exit.code() }
}

fn kind_of(run: &Run, lap: u32) -> &'static str {
    match run.laps.get(lap as usize).map(|lap| &lap.phase) {
        Some(LapPhase::Ended(ending)) => match ending {
            shared::Ending::Completed { .. } => "completed",
            shared::Ending::Raised(_) => "raised",
            shared::Ending::Stopped(_) => "stopped",
            shared::Ending::TimedOut { .. } => "timed-out",
            shared::Ending::LimitExceeded(_) => "limit-exceeded",
            shared::Ending::Died(_) => "died",
        },
        // A run ends as a lap only if that has ended.
        _ => "withdrawn",
    }
}

/// What there is to say of a run that is over, also of its check and its results.
pub fn sentence(run: &Run, agreement: Agreement) -> Option<String> {
    let unhappy = run.laps.iter().filter(|lap| failed(lap.verdict.as_ref())).count();
    match (&run.phase, unhappy) {
        (Phase::Ended(shared::RunEnding::Completed), 1..) => {
            let laps = run.laps.iter().filter(|lap| lap.verdict.is_some()).count();
            Some(format!("The check failed in {unhappy} of {laps} laps: the table says why."))
        }
        (Phase::Ended(shared::RunEnding::Completed), 0) => match disagreement(run, agreement) {
            Some(found) => {
                Some(format!("{} If results may differ, say so with --results-may-differ.", found.sentence(run)))
            }
            None => run.sentence(),
        },
        _ => run.sentence(),
    }
}
