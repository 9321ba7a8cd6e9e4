//! What is to be measured: found out before the first lap, and kept with the results, so that it can be gone on with.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use shared::{Availability, Class, Conditions, InterpreterBuild, LapPlan, Mode, Round, plan};

use super::arguments::BenchArguments;
use super::suite::{self, Size, Workload};
use crate::command::arguments::Modes;
use crate::command::exit::Refusal;
use crate::command::result::Machine;

/// How many rounds count where nobody says.
const ROUNDS: u32 = 5;
/// The fewest and the most rounds that time decides on.
const CALIBRATED: (u32, u32) = (3, 10);
/// Into how many seconds a quick measurement should fit, its warm-up round included.
const QUICK_SECONDS: f64 = 95.0;
/// The modes that are compared where nobody says.
const USUAL: [Mode; 5] = [Mode::Sequential, Mode::Threads, Mode::Subinterpreters, Mode::Processes, Mode::FreeThreaded];

/// All that was asked for, by which one that was stopped is known again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agenda {
    /// The version of Virgil.
    pub virgil: String,
    /// When it began: RFC 3339, in UTC.
    pub when: String,
    /// Where.
    pub machine: Machine,
    /// How large the suite's work is.
    pub size: Size,
    /// The person's files; of the suite none.
    pub files: Vec<PathBuf>,
    /// What is measured.
    pub workloads: Vec<Named>,
    /// By which builds, each in which modes.
    pub lanes: Vec<Lane>,
    /// With how many workers.
    pub workers: Vec<u32>,
    /// How many rounds count; none if the warm-up round is to decide.
    pub rounds: Option<u32>,
    /// The machine before the first lap.
    pub conditions: Conditions,
}

/// A workload, by what it is known again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Its class.
    pub class: Class,
    /// The BLAKE3 hash of its source.
    pub blake3: String,
}

/// A build and what it executes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// The build.
    pub build: InterpreterBuild,
    /// The modes, in the order in which a round takes them.
    pub modes: Vec<Mode>,
}

/// One workload on one build in one round: its laps follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The place of the workload.
    pub workload: usize,
    /// The place of the lane.
    pub lane: usize,
    /// Which round.
    pub round: Round,
    /// The laps.
    pub plan: Vec<LapPlan>,
}

/// What is known before: the workloads in full, and the builds.
pub fn workloads(arguments: &BenchArguments) -> Result<(Size, Vec<Workload>), Refusal> {
    let size = if arguments.quick { Size::Quick } else { Size::Full };
    let found = match arguments.files.is_empty() {
        true => suite::suite(size, &arguments.only)?,
        false => suite::own(&arguments.files, arguments.class.unwrap_or(Class::Cpu))?,
    };
    Ok((size, found))
}

/// The workloads that this agenda was made for, as they are now.
pub fn workloads_again(agenda: &Agenda) -> Result<Vec<Workload>, Refusal> {
    if agenda.files.is_empty() {
        let names: Vec<String> = agenda.workloads.iter().map(|named| named.name.clone()).collect();
        return suite::suite(agenda.size, &names);
    }
    let class = agenda.workloads.first().map_or(Class::Cpu, |named| named.class);
    suite::own(&agenda.files, class)
}

impl Named {
    /// Of a workload.
    pub fn of(workload: &Workload) -> Named {
        Named {
            name: workload.name.clone(),
            class: workload.class,
            blake3: blake3::hash(workload.source.as_bytes()).to_hex().to_string(),
        }
    }
}

/// Which builds execute what, and what should be known of it.
///
/// # Errors
/// What can't be done, and what to do instead.
pub fn lanes(arguments: &BenchArguments, builds: &[InterpreterBuild]) -> Result<(Vec<Lane>, Vec<String>), Refusal> {
    let Some(preferred) = builds.first() else {
        // It says what to install.
        let sentence = shared::choose(builds, None, Mode::Sequential).err().unwrap_or_default();
        return Err(Refusal::failed(sentence));
    };
    let wanted: Vec<&InterpreterBuild> = match arguments.builds.as_slice() {
        [] => {
            let free = shared::choose(builds, None, Mode::FreeThreaded).ok();
            let free = free.filter(|build| *build != preferred && arguments.asks_for(Mode::FreeThreaded));
            std::iter::once(preferred).chain(free).collect()
        }
        [all] if all == "all" => builds.iter().collect(),
        named => {
            let mut found = Vec::new();
            for name in named {
                let build = shared::choose(builds, Some(name.trim()), Mode::Sequential).map_err(Refusal::usage)?;
                if !found.contains(&build) {
                    found.push(build);
                }
            }
            found
        }
    };
    let mut notes = Vec::new();
    let mut lanes = Vec::new();
    for build in wanted {
        let can = |mode: &Mode| !matches!(build.availability(*mode), Availability::Impossible(_));
        let modes: Vec<Mode> = Mode::ALL.into_iter().filter(|mode| arguments.asks_for(*mode)).filter(can).collect();
        for mode in &modes {
            if let Availability::Warned(risk) = build.availability(*mode) {
                notes.push(format!("{mode} runs on {}. {risk}", build.title()));
            }
        }
        match modes.is_empty() {
            true => notes.push(format!("{} is left out, since it can execute none of these modes.", build.title())),
            false => lanes.push(Lane { build: build.clone(), modes }),
        }
    }
    let missing = |mode: &Mode| !lanes.iter().any(|lane| lane.modes.contains(mode));
    if let Some(Modes::Named(named)) = &arguments.modes
        && let Some(mode) = named.iter().find(|mode| missing(mode))
    {
        let why = shared::choose(builds, None, *mode).err();
        return Err(Refusal::usage(why.unwrap_or_else(|| {
            format!("None of these builds can execute {mode}: name others with --builds, or leave the mode out.")
        })));
    }
    Ok((lanes, notes))
}

impl BenchArguments {
    /// Whether a mode is to be measured where it can be. Coroutines are no workload of the suite.
    fn asks_for(&self, mode: Mode) -> bool {
        match &self.modes {
            None => USUAL.contains(&mode),
            Some(Modes::All) => !mode.awaits(),
            Some(Modes::Named(named)) => named.contains(&mode),
        }
    }

    /// How many rounds count; none if the warm-up round is to decide.
    pub fn counted(&self) -> Option<u32> {
        self.rounds.or_else(|| (!self.quick).then_some(ROUNDS))
    }
}

/// How many rounds fit into the time of a quick measurement, whose warm-up round took so many seconds.
pub fn calibrated(warm_up: f64) -> u32 {
    let (fewest, most) = CALIBRATED;
    let fitting = (QUICK_SECONDS / warm_up.max(0.1)).floor() - 1.0;
    (fitting.max(0.0) as u32).clamp(fewest, most)
}

/// Whether a quick measurement ends before its next round, since there are enough and the time would not do: it has taken
/// so many seconds for this many rounds that count, and the next one takes so many.
pub fn is_late(taken: f64, rounds: u32, next: f64) -> bool {
    rounds >= CALIBRATED.0 && taken + next > QUICK_SECONDS
}

/// All steps: a warm-up round, and so many that count. In each round every workload runs in all modes before the next,
/// so that what is compared is near in time.
///
/// # Errors
/// The sentence to show if the workers or the rounds are out of range.
pub fn steps(agenda: &Agenda, rounds: u32) -> Result<Vec<Step>, Refusal> {
    let mut steps = Vec::new();
    for round in std::iter::once(Round::WarmUp(0)).chain((0..rounds).map(Round::Measured)) {
        for workload in 0..agenda.workloads.len() {
            for (lane, Lane { modes, .. }) in agenda.lanes.iter().enumerate() {
                let once = plan(modes, &agenda.workers, 1).map_err(Refusal::usage)?;
                let plan = once.into_iter().map(|lap| LapPlan { round, ..lap }).collect();
                steps.push(Step { workload, lane, round, plan });
            }
        }
    }
    Ok(steps)
}

/// What of an agenda is no longer as it was, in a sentence that says what to do; none if all is.
pub fn changed(then: &Agenda, now: &Agenda) -> Option<String> {
    let again = "so what was measured can't be gone on with. Measure anew: leave --resume out.";
    if then.virgil != now.virgil {
        return Some(format!("Virgil was {} then and is {} now, {again}", then.virgil, now.virgil));
    }
    if then.machine != now.machine {
        return Some(format!("This is another machine, or it has other cores than then, {again}"));
    }
    let gone = then.lanes.iter().find(|lane| !now.lanes.contains(lane));
    if let Some(Lane { build, .. }) = gone {
        return Some(format!("The kernel of {} is gone or is another one now, {again}", build.title()));
    }
    let other = then.workloads.iter().find(|named| !now.workloads.contains(named));
    other.map(|Named { name, .. }| format!("The workload {name} was changed since, {again}"))
}

#[cfg(test)]
mod tests {
    use shared::{Gil, Python};

    use super::*;

    fn build(minor: u8, gil: Gil) -> InterpreterBuild {
        let python = Python { major: 3, minor, micro: 1 };
        InterpreterBuild { id: format!("{python}-{gil:?}"), python, gil, executable: "/python".into() }
    }

    fn agenda(workers: &[u32]) -> Agenda {
        let modes = vec![Mode::Sequential, Mode::Threads];
        let named = |name: &str| Named { name: name.into(), class: Class::Cpu, blake3: "0".into() };
        let machine = Machine { system: "x".into(), architecture: "y".into(), cpu: None, cores: 2 };
        Agenda {
            virgil: "1".into(),
            when: String::new(),
            machine,
            size: Size::Quick,
            files: Vec::new(),
            workloads: vec![named("a"), named("b")],
            lanes: vec![Lane { build: build(14, Gil::Present), modes }],
            workers: workers.to_vec(),
            rounds: None,
            conditions: Conditions::default(),
        }
    }

    #[test]
    fn modes_are_compared_side_by_side_and_rounds_follow_each_other() {
        let steps = steps(&agenda(&[2]), 2).unwrap();
        let seen: Vec<_> =
            steps.iter().map(|step| (step.round.is_warm_up(), step.round.number(), step.workload)).collect();
        let expected = [(true, 0, 0), (true, 0, 1), (false, 0, 0), (false, 0, 1), (false, 1, 0), (false, 1, 1)];
        assert_eq!(seen, expected);
        assert!(steps.iter().all(|step| step.plan.iter().all(|lap| lap.round == step.round) && step.plan.len() == 2));
        assert!(super::steps(&agenda(&[0]), 1).unwrap_err().sentence.contains("1 to 64"));
    }

    #[test]
    fn builds_execute_what_they_can() {
        let builds = [build(14, Gil::Present), build(13, Gil::Present), build(14, Gil::Absent)];
        let made = |arguments: BenchArguments, builds: &[InterpreterBuild]| {
            lanes(&arguments, builds).map(|(lanes, notes)| {
                let lanes = lanes.into_iter().map(|lane| (lane.build.python.minor, lane.modes)).collect::<Vec<_>>();
                (lanes, notes.len())
            })
        };
        use Mode::{FreeThreaded, InterpreterPool, Processes, Sequential, Subinterpreters, Threads};
        let usual = vec![Sequential, Threads, Subinterpreters, Processes];
        let free = vec![Sequential, Processes, FreeThreaded];
        let named = |names: &[&str]| BenchArguments {
            builds: names.iter().map(|name| (*name).to_owned()).collect(),
            ..BenchArguments::default()
        };
        let of = |modes| BenchArguments { modes: Some(Modes::Named(modes)), ..BenchArguments::default() };
        assert_eq!(made(named(&[]), &builds[..2]).unwrap(), (vec![(14, usual.clone())], 0));
        assert_eq!(made(named(&[]), &builds).unwrap(), (vec![(14, usual.clone()), (14, free.clone())], 0));
        assert_eq!(made(named(&["all"]), &builds).unwrap().0.len(), 3);
        assert_eq!(made(named(&["3.13", "3.13"]), &builds).unwrap(), (vec![(13, usual)], 0));
        assert_eq!(made(of(vec![Threads]), &builds).unwrap(), (vec![(14, vec![Threads])], 0));
        let pool = BenchArguments { builds: vec!["3.13".into()], ..of(vec![InterpreterPool]) };
        for (arguments, builds, said) in [
            (named(&["3.99"]), &builds[..], "no kernel for the interpreter build"),
            (named(&[]), &[], "There is no Python"),
            (of(vec![FreeThreaded]), &builds[..2], "needs a CPython without a GIL"),
            (pool, &builds[..], "None of these builds"),
        ] {
            let sentence = made(arguments, builds).unwrap_err().sentence;
            assert!(sentence.contains(said), "{sentence}");
        }
    }

    #[test]
    fn rounds_fit_into_the_time() {
        for (warm_up, rounds) in [(0.0, 10), (8.0, 10), (12.5, 6), (19.0, 4), (25.0, 3), (80.0, 3)] {
            assert_eq!(calibrated(warm_up), rounds, "{warm_up} s");
        }
        for (taken, rounds, next, late) in
            [(90.0, 3, 10.0, true), (90.0, 2, 10.0, false), (80.0, 3, 10.0, false), (200.0, 0, 10.0, false)]
        {
            assert_eq!(is_late(taken, rounds, next), late, "{taken} s, {rounds} rounds");
        }
        let counted = |quick, rounds| BenchArguments { quick, rounds, ..BenchArguments::default() }.counted();
        assert_eq!((counted(true, None), counted(false, None), counted(true, Some(7))), (None, Some(5), Some(7)));
    }

    #[test]
    fn what_changed_is_named() {
        let then = agenda(&[2]);
        assert_eq!(changed(&then, &then), None);
        let mut later = then.clone();
        later.conditions.cores = 7;
        assert_eq!(changed(&then, &later), None, "the moment is another, and that is fine");
        for (said, change) in [
            ("Virgil was 1 then", (|now: &mut Agenda| now.virgil = "2".into()) as fn(&mut Agenda)),
            ("another machine", |now| now.machine.cores = 4),
            ("The kernel of CPython 3.14.1", |now| now.lanes.clear()),
            ("The workload b was changed", |now| now.workloads[1].blake3 = "1".into()),
        ] {
            let mut now = then.clone();
            change(&mut now);
            let sentence = changed(&then, &now).unwrap();
            assert!(sentence.contains(said) && sentence.ends_with("leave --resume out."), "{sentence}");
        }
    }
}
