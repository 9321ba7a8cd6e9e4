//! Shows a run while it happens: a line for each lap that ends, what the code prints, and the bar.

use std::collections::BTreeSet;
use std::time::Instant;

use shared::{
    Agreement, Ending, InterpreterBuild, Lap, LapEvent, LapGroup, LapPhase, Mode, Raised, Run, RunEvent, RunTicket,
    SourceKind, advice, difference, duration, groups, question, reasons, warnings, window_words,
};

use super::cost;
use super::lines::Lines;
use super::screen::{Screen, Tone};
use super::served;
use super::table::{self, Table};
use super::{whereabouts, windowed};

/// A run, as far as it was shown.
pub struct Show {
    /// What it has come to.
    pub run: Run,
    /// Where it is shown.
    pub screen: Screen,
    builds: Vec<InterpreterBuild>,
    /// Whether a source without `work` is refused: then there is nothing to show.
    needs_work: bool,
    table: Option<Table>,
    lines: Option<Lines>,
    /// Since when the lap is under way.
    lap_began: Instant,
    /// Tracebacks that were shown, each with its advice: repeated laps raise the same.
    told: BTreeSet<(Option<String>, String)>,
}

impl Show {
    /// Of a run that was accepted, executed by some of these builds.
    pub fn new(ticket: RunTicket, builds: Vec<InterpreterBuild>, needs_work: bool, screen: Screen) -> Show {
        let run = Run::new(ticket);
        let lap_began = Instant::now();
        Show { run, screen, builds, needs_work, table: None, lines: None, lap_began, told: BTreeSet::new() }
    }

    /// These events happened.
    pub fn take(&mut self, events: &[RunEvent]) {
        // Gathered, since the bar is drawn again after each text.
        let mut printed = String::new();
        for event in events {
            self.run.apply(event);
            match event {
                RunEvent::LapStarted { lap, .. } => {
                    self.lap_began = Instant::now();
                    self.lines = self.run.laps.get(*lap as usize).map(|lap| Lines::new(lap.plan));
                }
                RunEvent::Lap { event: LapEvent::Began { .. }, .. } => self.head(),
                RunEvent::Lap { event: LapEvent::Output { worker, stream, text, .. }, .. } => {
                    if let Some(lines) = &mut self.lines {
                        printed.push_str(&lines.push(*worker, *stream, text));
                    }
                }
                RunEvent::LapEnded { lap, ending } => {
                    printed.push_str(&self.lines.take().map_or_else(String::new, |mut lines| lines.finish()));
                    self.screen.say(&std::mem::take(&mut printed));
                    self.end_lap(*lap as usize, ending);
                }
                RunEvent::Queued { .. } | RunEvent::Lap { .. } | RunEvent::Stopping(_) | RunEvent::Ended(_) => {}
            }
        }
        self.screen.say(&printed);
        self.show_progress();
    }

    /// Why the source can't be run as it was asked to be, if it can't.
    pub fn misused(&self) -> Option<&Raised> {
        let script = self.run.laps.iter().find(|lap| lap.kind == Some(SourceKind::Script))?;
        match &script.phase {
            LapPhase::Ended(Ending::Raised(raised)) if self.needs_work => Some(raised),
            _ => None,
        }
    }

    /// What there is to say at the end, of laps that could use so many cores.
    pub fn conclude(&mut self, cores: u32, agreement: Agreement) {
        self.screen.end_progress();
        let groups = groups(&self.run);
        let repeated = table::has_rounds(&self.run);
        if self.run.laps.iter().any(|lap| lap.kind == Some(SourceKind::Script)) {
            if repeated && !groups.is_empty() {
                self.screen.say("virgil: A script runs once: --repeat is for sources with `work` and `ITEMS`.\n");
            }
            return;
        }
        if served::is_service(&self.run) {
            let remarks = served::remarks(&self.run);
            self.screen.row("", Tone::Plain);
            remarks.iter().for_each(|remark| self.screen.row(remark, Tone::Plain));
            return;
        }
        if windowed::is_desktop(&self.run) {
            self.screen.row("", Tone::Plain);
            window_words(&self.run).iter().for_each(|word| self.screen.row(word, Tone::Plain));
            return;
        }
        if groups.is_empty() {
            return;
        }
        let mut text = vec![(String::new(), Tone::Plain)];
        if repeated {
            let table = Table::of_groups(&self.run, self.screen.width());
            text.push((table.heading(), Tone::Heading));
            text.extend(groups.iter().map(|group| (table.line(&table::group_cells(group)), Tone::Plain)));
            text.push((String::new(), Tone::Plain));
        }
        let whereabouts = whereabouts::whereabouts(&self.run);
        if !whereabouts.is_empty() {
            let table = whereabouts::table(&self.run, self.screen.width());
            text.push(("Where did the time in `work` go, of one worker and lap?".to_owned(), Tone::Plain));
            text.push((table.heading(), Tone::Heading));
            text.extend(whereabouts.iter().map(|one| (table.line(&whereabouts::cells(one)), Tone::Plain)));
            text.push((String::new(), Tone::Plain));
        }
        let costs = cost::costs(&self.run);
        if !costs.is_empty() {
            let table = cost::table(&self.run, self.screen.width());
            text.push((table.heading(), Tone::Heading));
            text.extend(costs.iter().map(|cost| (table.line(&cost::cells(cost)), Tone::Plain)));
            text.push((String::new(), Tone::Plain));
        }
        text.extend(self.remarks(&groups, repeated).into_iter().map(|remark| (remark, Tone::Plain)));
        let reasons = reasons(&self.run, cores);
        let mut warnings = warnings(&self.run, cores);
        warnings.retain(|warning| !reasons.iter().any(|reason| reason.covers(warning)));
        text.extend(warnings.iter().map(|warning| (warning.sentence(), Tone::Plain)));
        let tone = if agreement == Agreement::Same { Tone::Bad } else { Tone::Plain };
        text.extend(difference(&self.run).map(|difference| (difference.sentence(&self.run), tone)));
        if !reasons.is_empty() {
            text.push((String::new(), Tone::Plain));
            text.push((question(&reasons).to_owned(), Tone::Heading));
            text.extend(reasons.iter().map(|reason| {
                let (slide, title) = reason.why.slide();
                (format!("{} (Slide “{title}”, {slide})", reason.sentence()), Tone::Plain)
            }));
        }
        for (line, tone) in text {
            self.screen.row(&line, tone);
        }
    }

    /// What must be known to read the figures.
    fn remarks(&self, groups: &[LapGroup], repeated: bool) -> Vec<String> {
        let mut remarks = Vec::new();
        let compared = groups.iter().any(|group| group.speed_up.is_some());
        if groups.iter().all(|group| group.walls.len() == 1) {
            let once = "Every lap ran once, so nothing is known of how much these times vary: `--repeat 5` shows it.";
            remarks.push(once.to_owned());
        }
        let rounds = groups.iter().filter_map(|group| group.speed_up).map(|speed_up| speed_up.rounds).max();
        remarks.extend(
            match rounds {
                Some(2) => Some("Speed-up: the sequential median by this median; in brackets the two rounds."),
                Some(3..) => {
                    Some("Speed-up: the sequential median by this median; in brackets its 95 % bootstrap interval.")
                }
                _ => None,
            }
            .map(str::to_owned),
        );
        if repeated && groups.iter().any(|group| group.deviation.is_some()) {
            remarks.push("Deviation: the median distance from the median.".to_owned());
        }
        if self.run.laps.iter().any(|lap| lap.plan.round.is_warm_up()) {
            remarks.push("Warm-up laps count in none of these.".to_owned());
        }
        if !compared && self.run.laps.iter().any(|lap| lap.wall().is_some() && lap.plan.mode.is_parallel()) {
            remarks.push("There is no speed-up without sequential laps: add `sequential` to --modes.".to_owned());
        }
        let stdlib = |group: &LapGroup| group.mode.group() == shared::Group::Stdlib;
        if groups.iter().any(stdlib) {
            let dispatcher = shared::Group::Stdlib.explanation();
            remarks.push(dispatcher.to_owned());
        }
        if let Some(cost) = self.run.laps.iter().filter_map(|lap| lap.wrapper).max() {
            remarks.push(format!(
                "In asyncio and the executors a wrapper in Python notes the times of every task: it costs {} a task \
                 at most.",
                duration(cost)
            ));
        }
        if self.run.laps.iter().flat_map(|lap| &lap.workers).any(|worker| worker.account.is_some()) {
            remarks.push(
                "Start-up, replay, memory: medians over the workers. Start-up and replay are in no wall time."
                    .to_owned(),
            );
            remarks.push(shared::WHY_NOT_RESIDENT.to_owned());
        }
        let of = |free: bool| {
            let wanted = move |lap: &&Lap| lap.wall().is_some() && (lap.plan.mode == Mode::FreeThreaded) == free;
            self.run.laps.iter().find(wanted).map(|lap| self.title(&lap.build))
        };
        remarks.extend(match (of(true), of(false)) {
            (Some(free), Some(other)) => Some(format!("{} ran on {free}, all others on {other}.", Mode::FreeThreaded)),
            (Some(build), None) | (None, Some(build)) => Some(format!("All laps ran on {build}.")),
            (None, None) => None,
        });
        remarks
    }

    /// Writes the table's headings, unless they are there.
    fn head(&mut self) {
        if self.table.is_none() {
            let (builds, width) = (self.builds.len(), self.screen.width());
            let table = if served::is_service(&self.run) {
                served::table(&self.run, builds, width)
            } else if windowed::is_desktop(&self.run) {
                windowed::table(&self.run, builds, width)
            } else {
                Table::of_laps(&self.run, builds, width)
            };
            self.screen.row(&table.heading(), Tone::Heading);
            self.table = Some(table);
        }
    }

    fn end_lap(&mut self, number: usize, ending: &Ending) {
        if self.misused().is_some() {
            return;
        }
        self.head();
        let (Some(table), Some(lap)) = (&self.table, self.run.laps.get(number)) else { return };
        let (run, build, builds) = (&self.run, self.title(&lap.build), self.builds.len());
        let cells = if served::is_service(run) {
            served::cells(run, lap, &build, builds)
        } else if windowed::is_desktop(run) {
            windowed::cells(run, lap, &build, builds)
        } else {
            table::lap_cells(run, lap, &build, builds)
        };
        let good = lap.wall().is_some() && !super::exit::failed(lap.verdict.as_ref());
        let line = table.line(&cells);
        self.screen.row(&line, if good { Tone::Plain } else { Tone::Bad });
        if let Ending::Raised(raised) = ending {
            // Where nothing was traced, the last word says what to do.
            let advice = advice(raised).filter(|_| raised.is_traced());
            if self.told.insert((advice.clone(), raised.traceback.clone())) {
                self.screen.say(&advice.map_or_else(String::new, |advice| format!("{advice}\n")));
                self.screen.say(&raised.traceback);
            }
        }
    }

    fn show_progress(&self) {
        let laps = self.run.laps.len();
        let Some(lap) = self.run.active_lap().and_then(|number| self.run.laps.get(number as usize)) else { return };
        let ended = self.run.laps.iter().filter(|lap| matches!(lap.phase, LapPhase::Ended(_))).count();
        let (done, tasks) = (lap.done(), lap.tasks as usize);
        let share = (ended as f64 + lap.share()) / laps as f64;
        let time = self.lap_began.elapsed().as_secs_f64();
        let what = match (lap.kind, tasks) {
            (Some(SourceKind::Script), _) => format!("script · {time:.1} s"),
            (Some(SourceKind::Service), _) => {
                let (mode, workers) = (lap.plan.mode, lap.plan.workers);
                format!("lap {} of {laps} · {mode} × {workers} · {}", ended + 1, served::now(lap))
            }
            (Some(SourceKind::Desktop), _) => {
                let (mode, workers) = (lap.plan.mode, lap.plan.workers);
                format!("lap {} of {laps} · {mode} × {workers} · {}", ended + 1, windowed::now(lap))
            }
            (_, 0) => format!("lap {} of {laps} · {} × {} · starting", ended + 1, lap.plan.mode, lap.plan.workers),
            _ => format!(
                "lap {} of {laps} · {} × {} · {done} of {tasks} tasks · {time:.1} s",
                ended + 1,
                lap.plan.mode,
                lap.plan.workers
            ),
        };
        self.screen.progress(share, what);
    }

    fn title(&self, id: &str) -> String {
        let build = self.builds.iter().find(|build| build.id == id);
        build.map_or_else(|| id.to_owned(), InterpreterBuild::title)
    }
}
