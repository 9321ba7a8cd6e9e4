//! Measures: one step after the other, each a run of the engine, whose laps are kept as soon as it is over.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use shared::{
    BenchLap, BenchOutcome, CellId, Ending, LapPhase, LapPlan, LimitChoice, Limits, LoadWish, Mode, Phase, Round, Run,
    RunEnding, RunId, RunRequest, difference,
};

use super::agenda::{Agenda, Step, calibrated, is_late, steps};
use super::journal::{Entry, Journal};
use super::pace::{Pace, left};
use super::suite::Workload;
use crate::command::exit::Refusal;
use crate::command::screen::Screen;
use crate::engine::{Engine, Order, Rest};
use crate::kernels::Kernel;
use crate::stop::{Wish, Wishes};
use crate::system::machine;

/// How many bytes of a run's events are read at once.
const PART_BYTES: usize = 1024 * 1024;
/// How often the bar is drawn at least.
const DRAWN: Duration = Duration::from_millis(500);

/// All that is needed to measure.
pub struct Measuring {
    /// What was asked for.
    pub agenda: Agenda,
    /// The workloads.
    pub workloads: Vec<Workload>,
    /// The kernels.
    pub kernels: Vec<Kernel>,
    /// What a lap may use.
    pub limits: Limits,
    /// Where every lap is kept.
    pub journal: Journal,
    /// What was measured, as it stands in the journal.
    pub entries: Vec<Entry>,
    /// The folder in which the suite runs.
    pub folder: PathBuf,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// How many rounds were to count.
    pub rounds: u32,
    /// Who has stopped it; none if it is complete.
    pub stopped: Option<Wish>,
    /// Whether modes have returned different results.
    pub differs: bool,
}

/// A lap by what it is known again: workload, build, mode, workers, round.
type Key = (String, String, Mode, u32, bool, u32);

impl Measuring {
    /// Measures what isn't measured yet, until it is done or the person stops it.
    ///
    /// # Errors
    /// If no kernel can be started, or a lap can't be kept.
    pub async fn measure(&mut self, wishes: &mut Wishes, screen: &mut Screen) -> Result<Measured, Refusal> {
        let mut engine: Option<(PathBuf, Engine)> = None;
        let result = self.all(&mut engine, wishes, screen).await;
        if let Some((_, engine)) = engine {
            engine.shut_down().await;
        }
        screen.end_progress();
        result
    }

    async fn all(
        &mut self,
        engine: &mut Option<(PathBuf, Engine)>,
        wishes: &mut Wishes,
        screen: &mut Screen,
    ) -> Result<Measured, Refusal> {
        let started = Instant::now();
        let known = self.entries.iter().rev().find_map(|entry| match entry {
            Entry::Rounds(rounds) => Some(*rounds),
            _ => None,
        });
        // Until the warm-up round has decided, there are as few as there can be.
        let mut decided = self.agenda.rounds.or(known);
        let mut rounds = decided.unwrap_or(calibrated(f64::INFINITY));
        let mut all = steps(&self.agenda, rounds)?;
        let (mut pace, mut place, mut differs) = (Pace::default(), 0, false);
        let mut told: Option<Round> = None;
        while place < all.len() {
            let step = all[place].clone();
            if decided.is_none() && !step.round.is_warm_up() {
                let warm_up: Vec<Step> = all.iter().filter(|step| step.round.is_warm_up()).cloned().collect();
                rounds = calibrated(pace.left(&warm_up).unwrap_or(f64::INFINITY));
                decided = Some(rounds);
                self.keep(Entry::Rounds(rounds))?;
                all = steps(&self.agenda, rounds)?;
            }
            let plan = self.missing(&step);
            if plan.is_empty() {
                place += 1;
                continue;
            }
            if told != Some(step.round) {
                let round: Vec<Step> = all.iter().filter(|other| other.round == step.round).cloned().collect();
                let next = pace.left(&round).unwrap_or_default();
                if self.agenda.rounds.is_none() && is_late(started.elapsed().as_secs_f64(), step.round.number(), next) {
                    rounds = step.round.number();
                    self.keep(Entry::Rounds(rounds))?;
                    screen.say(&format!("virgil: {rounds} rounds must do: the machine has become slower.\n"));
                    break;
                }
                told = Some(step.round);
                screen.say(&format!("virgil: {}\n", heading(step.round, rounds, pace.left(&all[place..]))));
            }
            let began = Instant::now();
            let order = self.order(&step, plan.clone());
            let folder = self.folder_of(&step);
            let engine = self.engine(engine, folder).await;
            let run = engine.submit(order).await.id;
            let seen = Seen {
                step: &step,
                rest: &all[place..],
                rounds,
                pace: &pace,
                share: share(place, all.len()),
                of: all.len(),
            };
            let (run, stopped) = self.follow(engine, run, wishes, screen, &seen).await?;
            let found = difference(&run);
            for (number, lap) in run.laps.iter().enumerate() {
                let workload = &self.workloads[step.workload];
                let Some(mut lap) =
                    kept(lap).then(|| BenchLap::of(&workload.name, workload.class, step.round, lap)).flatten()
                else {
                    continue;
                };
                if let Some(found) = found.as_ref().filter(|found| found.lap as usize == number) {
                    differs = true;
                    lap.outcome = BenchOutcome::Failed { sentence: found.sentence(&run) };
                }
                self.complain(&lap, &run, number, screen);
                self.keep(Entry::Lap(Box::new(lap)))?;
            }
            if let Some(mhz) = machine::frequency() {
                self.keep(Entry::Clock(mhz))?;
            }
            if stopped.is_some() {
                return Ok(Measured { rounds, stopped, differs });
            }
            if let Phase::Ended(RunEnding::Impossible { sentence }) = &run.phase {
                return Err(Refusal::failed(sentence.clone()));
            }
            if plan.len() == step.plan.len() {
                pace.note(&step, began.elapsed());
            }
            place += 1;
        }
        Ok(Measured { rounds, stopped: None, differs })
    }

    /// The engine for laps in this folder: that which there is, or another.
    async fn engine<'a>(&self, engine: &'a mut Option<(PathBuf, Engine)>, folder: PathBuf) -> &'a Engine {
        if let Some((_, old)) = engine.take_if(|(old, _)| *old != folder) {
            old.shut_down().await;
        }
        let start = || (folder.clone(), Engine::start(self.kernels.clone(), self.limits, folder.clone()));
        &engine.get_or_insert_with(start).1
    }

    fn folder_of(&self, step: &Step) -> PathBuf {
        let file = self.workloads[step.workload].file.as_ref();
        file.and_then(|file| file.parent()).map_or_else(|| self.folder.clone(), Path::to_owned)
    }

    /// Follows a run until it is over. The first wish to end stops it softly.
    async fn follow(
        &self,
        engine: &Engine,
        run: RunId,
        wishes: &mut Wishes,
        screen: &Screen,
        seen: &Seen<'_>,
    ) -> Result<(Run, Option<Wish>), Refusal> {
        let forgotten = || Refusal::failed("The run was forgotten: measure again.");
        let log = engine.log(run).ok_or_else(forgotten)?;
        let mut run = Run::new(log.ticket().clone());
        let (mut changes, mut since, mut stopped) = (engine.changes(), 0, None);
        let mut beat = tokio::time::interval(DRAWN);
        let began = Instant::now();
        loop {
            let part = log.read(since, PART_BYTES);
            since += part.events.len() as u64;
            part.events.iter().for_each(|event| run.apply(event));
            seen.draw(&run, &self.workloads[seen.step.workload].name, began.elapsed(), screen);
            match part.rest {
                Rest::Nothing => return Ok((run, stopped)),
                Rest::Waiting | Rest::WaitingToTheEnd => continue,
                Rest::ToCome => {}
            }
            tokio::select! {
                // The engine holds the other end as long as it is there.
                _ = changes.changed() => {}
                _ = beat.tick() => {}
                wish = wishes.next() => {
                    if stopped.is_some() {
                        engine.shut_down().await;
                    }
                    stopped = stopped.or(Some(wish));
                    engine.stop(run.ticket.id);
                }
            }
        }
    }

    /// The laps of a step that were not measured yet. What failed once fails again.
    fn missing(&self, step: &Step) -> Vec<LapPlan> {
        let workload = &self.workloads[step.workload].name;
        let build = &self.agenda.lanes[step.lane].build.id;
        let mut done: BTreeSet<Key> = BTreeSet::new();
        let mut failed: BTreeSet<(Mode, u32)> = BTreeSet::new();
        for entry in &self.entries {
            let Entry::Lap(lap) = entry else { continue };
            let (is_warm_up, number) = (lap.round.is_warm_up(), lap.round.number());
            done.insert((lap.workload.clone(), lap.build.clone(), lap.mode, lap.workers, is_warm_up, number));
            if matches!(lap.outcome, BenchOutcome::Failed { .. }) && lap.workload == *workload && lap.build == *build {
                failed.insert((lap.mode, lap.workers));
            }
        }
        let (is_warm_up, number) = (step.round.is_warm_up(), step.round.number());
        let is_missing = |lap: &&LapPlan| {
            let key = (workload.clone(), build.clone(), lap.mode, lap.workers, is_warm_up, number);
            !done.contains(&key) && !failed.contains(&(lap.mode, lap.workers))
        };
        step.plan.iter().filter(is_missing).copied().collect()
    }

    fn order(&self, step: &Step, plan: Vec<LapPlan>) -> Order {
        let workload = &self.workloads[step.workload];
        let lane = &self.agenda.lanes[step.lane];
        let file = workload.file.clone().unwrap_or_else(|| self.folder.join(format!("{}.py", workload.name)));
        let request = RunRequest {
            cell: CellId(file.to_string_lossy().into_owned()),
            source: workload.source.clone(),
            modes: lane.modes.clone(),
            workers: self.agenda.workers.clone(),
            repeats: 1,
            warm_up: 0,
            build: Some(lane.build.id.clone()),
        };
        let (limits, load) = (LimitChoice::default(), LoadWish::default());
        Order { request, plan, file, needs_work: true, pictures: false, check: None, limits, load }
    }

    fn keep(&mut self, entry: Entry) -> Result<(), Refusal> {
        self.journal.add(&entry)?;
        self.entries.push(entry);
        Ok(())
    }

    /// Says that a lap has failed, with the traceback.
    fn complain(&self, lap: &BenchLap, run: &Run, number: usize, screen: &mut Screen) {
        let BenchOutcome::Failed { sentence } = &lap.outcome else { return };
        let BenchLap { workload, mode, workers, .. } = lap;
        screen.say(&format!("virgil: {workload} in {mode} × {workers} is left out from now on. {sentence}\n"));
        if let Some(LapPhase::Ended(Ending::Raised(raised))) = run.laps.get(number).map(|lap| &lap.phase) {
            screen.say(&raised.traceback);
        }
    }
}

/// Whether a lap is kept: one that was stopped is measured again.
fn kept(lap: &shared::Lap) -> bool {
    !matches!(lap.phase, LapPhase::Ended(Ending::Stopped(_)))
}

fn share(place: usize, of: usize) -> f64 {
    place as f64 / of.max(1) as f64
}

fn heading(round: Round, rounds: u32, seconds: Option<f64>) -> String {
    match (round, seconds) {
        (Round::WarmUp(_), _) => "Warm-up round: it shows how long a round takes, and counts in nothing.".to_owned(),
        (Round::Measured(number), Some(seconds)) => {
            format!("Round {} of {rounds}, {}.", number + 1, left(seconds))
        }
        (Round::Measured(number), None) => format!("Round {} of {rounds}.", number + 1),
    }
}

/// What the bar shows of a step under way.
struct Seen<'a> {
    step: &'a Step,
    /// It and those that follow.
    rest: &'a [Step],
    rounds: u32,
    pace: &'a Pace,
    /// How much is done before it.
    share: f64,
    /// How many steps there are in all.
    of: usize,
}

impl Seen<'_> {
    fn draw(&self, run: &Run, workload: &str, since: Duration, screen: &Screen) {
        let Some(lap) = run.active_lap().and_then(|lap| run.laps.get(lap as usize)) else { return };
        let ended = run.laps.iter().filter(|lap| matches!(lap.phase, LapPhase::Ended(_))).count();
        let within = (ended as f64 + lap.share()) / run.laps.len().max(1) as f64;
        let round = match self.step.round {
            Round::WarmUp(_) => "warm-up round".to_owned(),
            Round::Measured(number) => format!("round {} of {}", number + 1, self.rounds),
        };
        let seconds = self.pace.left(self.rest).map(|seconds| seconds - since.as_secs_f64());
        let seconds = seconds.map(|seconds| format!(" · {}", left(seconds))).unwrap_or_default();
        let (mode, workers) = (lap.plan.mode, lap.plan.workers);
        screen.progress(
            self.share + within / self.of.max(1) as f64,
            format!("{round} · {workload} · {mode} × {workers}{seconds}"),
        );
    }
}
