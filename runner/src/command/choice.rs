//! From what was asked to what can be done with the kernels that there are.

use shared::{Availability, Group, InterpreterBuild, LapPlan, Mode, RunRequest, choose, plan};

use super::arguments::{Modes, RunArguments};
use super::exit::Refusal;

/// What will be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The modes, in the order in which a run takes them.
    pub modes: Vec<Mode>,
    /// The numbers of workers.
    pub workers: Vec<u32>,
    /// The laps.
    pub plan: Vec<LapPlan>,
    /// What the person should know of it before.
    pub notes: Vec<String>,
}

impl Choice {
    /// What these arguments mean for this source where there are these builds, the preferred one first, and so many
    /// cores.
    ///
    /// # Errors
    /// What can't be done, and what to do instead.
    pub fn make(
        arguments: &RunArguments,
        source: &str,
        builds: &[InterpreterBuild],
        cores: u32,
    ) -> Result<Choice, Refusal> {
        let wanted = arguments.build.as_deref();
        let build = |mode| choose(builds, wanted, mode);
        // Every build can run this mode: that there is none has nothing to do with modes.
        if let Err(sentence) = build(Mode::Sequential) {
            return Err(if builds.is_empty() { Refusal::failed(sentence) } else { Refusal::usage(sentence) });
        }
        let mut notes = Vec::new();
        let modes: Vec<Mode> = match &arguments.modes {
            Some(Modes::Named(named)) => {
                for mode in named {
                    build(*mode).map_err(Refusal::usage)?;
                }
                Mode::ALL.into_iter().filter(|mode| named.contains(mode)).collect()
            }
            all => {
                // What executors do is asked for: they make a run twice as long.
                let wanted = |mode: &Mode| mode.suits(source) && (all.is_some() || mode.group() == Group::Native);
                let (can, can_not): (Vec<Mode>, Vec<Mode>) =
                    Mode::ALL.into_iter().filter(wanted).partition(|mode| build(*mode).is_ok());
                if all.is_some() {
                    let reasons = can_not.iter().filter_map(|mode| Some((mode, build(*mode).err()?)));
                    notes.extend(reasons.map(|(mode, reason)| format!("{mode} is left out. {reason}")));
                }
                can
            }
        };
        for mode in &modes {
            if let Ok(build) = build(*mode)
                && let Availability::Warned(risk) = build.availability(*mode)
            {
                notes.push(format!("{mode} runs on {}. {risk}", build.title()));
            }
        }
        let workers = arguments.workers.counts(cores);
        let plan = plan(&modes, &workers, arguments.repeat).map_err(Refusal::usage)?;
        Ok(Choice { modes, workers, plan, notes })
    }

    /// Whether only a workload can be run so. Sequential is what a script does anyway.
    pub fn needs_work(arguments: &RunArguments) -> bool {
        let parallel = match &arguments.modes {
            None => false,
            Some(Modes::All) => true,
            Some(Modes::Named(named)) => named.iter().any(|mode| mode.is_parallel()),
        };
        parallel || arguments.check.is_some()
    }
}

/// The builds that will execute a request, of those that there are.
pub fn used(request: &RunRequest, builds: &[InterpreterBuild]) -> Vec<InterpreterBuild> {
    let chosen = |mode: &Mode| choose(builds, request.build.as_deref(), *mode).ok();
    let chosen: Vec<_> = request.modes.iter().filter_map(chosen).collect();
    builds.iter().filter(|build| chosen.contains(build)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use shared::{Gil, Python};

    use super::*;
    use crate::command::exit::Exit;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        run: RunArguments,
    }

    fn build(minor: u8, gil: Gil) -> InterpreterBuild {
        let python = Python { major: 3, minor, micro: 1 };
        InterpreterBuild { id: format!("{python}-{gil:?}"), python, gil, executable: "/python".into() }
    }

    fn make(line: &str, builds: &[InterpreterBuild]) -> Result<Choice, Refusal> {
        make_for("def work(item): pass", line, builds)
    }

    fn make_for(source: &str, line: &str, builds: &[InterpreterBuild]) -> Result<Choice, Refusal> {
        let line = Line::parse_from(["run", "x.py"].into_iter().chain(line.split_whitespace()));
        Choice::make(&line.run, source, builds, 2)
    }

    #[test]
    fn coroutines_run_where_they_are_awaited() {
        let builds = [build(14, Gil::Present)];
        for line in ["", "--modes all"] {
            let modes = make_for("async def work(item): pass", line, &builds).unwrap().modes;
            assert_eq!(modes, [Mode::Asyncio], "{line}");
        }
        // The kernel says why not.
        let asked = make_for("async def work(item): pass", "--modes threads", &builds).unwrap().modes;
        assert_eq!(asked, [Mode::Threads]);
    }

    #[test]
    fn what_is_run_follows_the_builds() {
        use Mode::{FreeThreaded, Processes, Sequential, SharedGil, Subinterpreters, Threads};
        let (ordinary, free) = ([build(14, Gil::Present)], [build(14, Gil::Present), build(14, Gil::Absent)]);
        let with_a_gil = [Sequential, Threads, Subinterpreters, SharedGil, Processes];
        let called: Vec<Mode> = Mode::ALL.into_iter().filter(|mode| !mode.awaits()).collect();
        let all_with_a_gil: Vec<Mode> = called.iter().copied().filter(|mode| *mode != FreeThreaded).collect();
        for (line, builds, modes, notes, laps) in [
            ("", &ordinary[..], &with_a_gil[..], 0, 9),
            ("--modes all", &ordinary, &all_with_a_gil, 1, 17),
            ("--modes all", &free, &called, 0, 19),
            ("--modes processes,sequential", &ordinary, &[Sequential, Processes], 0, 3),
            ("--repeat 2 --workers 2", &ordinary, &with_a_gil, 0, 10),
            ("--build 3.14t", &free, &[Sequential, Processes, FreeThreaded], 0, 5),
            ("--modes subinterpreters", &[build(12, Gil::Present)], &[Subinterpreters], 1, 2),
        ] {
            let choice = make(line, builds).unwrap();
            assert_eq!(choice.modes, modes, "{line}");
            assert_eq!((choice.notes.len(), choice.plan.len()), (notes, laps), "{line}: {:?}", choice.notes);
        }
    }

    #[test]
    fn what_no_build_can_is_refused() {
        let ordinary = [build(14, Gil::Present)];
        for (line, builds, exit, said) in [
            ("--modes free-threaded", &ordinary[..], Exit::Usage, "needs a CPython without a GIL"),
            ("--build 3.99", &ordinary, Exit::Usage, "no kernel for the interpreter build `3.99`"),
            ("", &[], Exit::Failed, "There is no Python"),
        ] {
            let refusal = make(line, builds).unwrap_err();
            assert!(refusal.exit == exit && refusal.sentence.contains(said), "{refusal:?}");
        }
    }
}
