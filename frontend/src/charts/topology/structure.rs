//! What a mode consists of: processes, interpreters with their locks, threads. As the kernel makes them.

use shared::{Lap, Mode, SourceKind};

use crate::text::count;

/// A process of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// What it is called.
    pub name: String,
    /// Its interpreters, the main one first.
    pub interpreters: Vec<Interpreter>,
}

/// An interpreter within a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpreter {
    /// What it is called.
    pub name: String,
    /// Which lock its threads need.
    pub lock: Lock,
    /// Its threads, as far as they have to do with the lap.
    pub threads: Vec<Thread>,
}

/// The lock of an interpreter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// A GIL of its own.
    Own,
    /// The main interpreter's, for all of the process.
    Shared,
    /// None at all.
    Absent,
}

/// A thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// What it is called.
    pub name: String,
    /// Which worker it is; none if it executes no tasks of its own.
    pub role: Role,
}

/// What a thread is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is this worker.
    Worker(u32),
    /// It is all of so many workers, in turns.
    Loop(u32),
    /// It hands out the tasks.
    Dispatcher,
}

/// What executes a lap.
pub fn structure(lap: &Lap) -> Vec<Process> {
    let (mode, workers) = (lap.plan.mode, lap.plan.workers);
    // A build without a GIL says so in its name: `3.14.0t-...`.
    let without = mode == Mode::FreeThreaded || lap.build.split('-').next().is_some_and(|name| name.ends_with('t'));
    let own = if without { Lock::Absent } else { Lock::Own };
    if lap.kind == Some(SourceKind::Script) {
        let threads = (0..lap.workers.len() as u32).map(|number| match number {
            0 => worker("main thread".to_owned(), 0),
            number => worker(format!("thread {number}"), number),
        });
        return vec![process("process", vec![main(own, threads.collect())])];
    }
    let numbers = || 0..workers;
    let threads = || numbers().map(|number| worker(format!("thread {number}"), number)).collect::<Vec<_>>();
    let dispatcher = || Thread { name: "main thread".to_owned(), role: Role::Dispatcher };
    let apart = |lock: Lock| {
        numbers().map(move |number| Interpreter {
            name: format!("interpreter {number}"),
            lock,
            threads: vec![worker(format!("thread {number}"), number)],
        })
    };
    let alone = |thread: Thread| vec![process("process", vec![main(own, vec![thread])])];
    let children = || {
        numbers().map(|number| {
            process(&format!("process {number}"), vec![main(own, vec![worker("main thread".to_owned(), number)])])
        })
    };
    let parent = || process("parent process", vec![main(own, vec![dispatcher()])]);
    let within =
        |first: Interpreter, rest: Lock| vec![process("process", std::iter::once(first).chain(apart(rest)).collect())];
    match mode {
        Mode::Sequential => alone(worker("main thread".to_owned(), 0)),
        Mode::Threads | Mode::FreeThreaded => vec![process("process", vec![main(own, threads())])],
        Mode::ThreadPool => {
            vec![process("process", vec![main(own, std::iter::once(dispatcher()).chain(threads()).collect())])]
        }
        Mode::Asyncio => alone(Thread { name: "event loop".to_owned(), role: Role::Loop(workers) }),
        Mode::Subinterpreters => within(main(own, Vec::new()), own),
        Mode::SharedGil => within(main(own, Vec::new()), Lock::Shared),
        Mode::InterpreterPool => within(main(own, vec![dispatcher()]), own),
        Mode::Processes | Mode::ProcessPoolSpawn => std::iter::once(parent()).chain(children()).collect(),
        Mode::ProcessPoolForkserver => {
            let server = process("fork server", vec![main(own, Vec::new())]);
            [parent(), server].into_iter().chain(children()).collect()
        }
    }
}

fn process(name: &str, interpreters: Vec<Interpreter>) -> Process {
    Process { name: name.to_owned(), interpreters }
}

fn main(lock: Lock, threads: Vec<Thread>) -> Interpreter {
    Interpreter { name: "main interpreter".to_owned(), lock, threads }
}

fn worker(name: String, number: u32) -> Thread {
    Thread { name, role: Role::Worker(number) }
}

impl Interpreter {
    /// Whether tasks are executed in it.
    pub fn works(&self) -> bool {
        self.threads.iter().any(|thread| thread.role != Role::Dispatcher)
    }
}

/// `one process, 2 interpreters with a GIL each, 2 threads, besides the main interpreter`.
pub fn words(processes: &[Process]) -> String {
    let works = |process: &&Process| process.interpreters.iter().any(Interpreter::works);
    let working: Vec<&Process> = processes.iter().filter(works).collect();
    let interpreters: Vec<&Interpreter> =
        working.iter().flat_map(|process| &process.interpreters).filter(|interpreter| interpreter.works()).collect();
    let threads = interpreters.iter().flat_map(|interpreter| &interpreter.threads);
    let threads = threads.filter(|thread| thread.role != Role::Dispatcher).count();
    let lock = match interpreters.first().map(|interpreter| interpreter.lock) {
        Some(Lock::Absent) => "without a GIL",
        Some(Lock::Shared) => "that share one GIL",
        Some(Lock::Own) if interpreters.len() > 1 => "with a GIL each",
        Some(Lock::Own) | None => "with one GIL",
    };
    let number = |number: usize, noun: &str| match (number, noun) {
        (1, _) => format!("one {noun}"),
        (number, "process") => format!("{number} processes"),
        (number, noun) => count(number as u64, noun),
    };
    let besides = if processes.len() > working.len() {
        let names: Vec<&str> =
            processes.iter().filter(|process| !works(process)).map(|process| process.name.as_str()).collect();
        format!(", besides the {}", names.join(" and the "))
    } else if working.iter().any(|process| process.interpreters.iter().any(|interpreter| !interpreter.works())) {
        ", besides the main interpreter".to_owned()
    } else {
        String::new()
    };
    format!(
        "{}, {} {lock}, {}{besides}",
        number(working.len(), "process"),
        number(interpreters.len(), "interpreter"),
        number(threads, "thread")
    )
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;

    #[test]
    fn every_mode_is_what_the_kernel_makes() {
        for (mode, expected) in [
            (Mode::Sequential, "one process, one interpreter with one GIL, one thread"),
            (Mode::Threads, "one process, one interpreter with one GIL, 2 threads"),
            (
                Mode::Subinterpreters,
                "one process, 2 interpreters with a GIL each, 2 threads, besides the main interpreter",
            ),
            (
                Mode::SharedGil,
                "one process, 2 interpreters that share one GIL, 2 threads, besides the main interpreter",
            ),
            (Mode::Processes, "2 processes, 2 interpreters with a GIL each, 2 threads, besides the parent process"),
            (Mode::FreeThreaded, "one process, one interpreter without a GIL, 2 threads"),
            (Mode::Asyncio, "one process, one interpreter with one GIL, one thread"),
            (Mode::ThreadPool, "one process, one interpreter with one GIL, 2 threads"),
            (
                Mode::InterpreterPool,
                "one process, 2 interpreters with a GIL each, 2 threads, besides the main interpreter",
            ),
            (
                Mode::ProcessPoolForkserver,
                "2 processes, 2 interpreters with a GIL each, 2 threads, besides the parent process and the fork server",
            ),
            (
                Mode::ProcessPoolSpawn,
                "2 processes, 2 interpreters with a GIL each, 2 threads, besides the parent process",
            ),
        ] {
            let run = sample::accepted(&[mode]);
            assert_eq!(words(&structure(&run.laps[0])), expected, "{mode}");
        }
    }

    #[test]
    fn a_build_without_a_gil_has_no_locks_and_a_script_has_its_threads() {
        let mut lap = sample::accepted(&[Mode::Threads]).laps.remove(0);
        lap.build = "3.14.0t-1a2b".into();
        assert_eq!(words(&structure(&lap)), "one process, one interpreter without a GIL, 2 threads");
        lap.build = "3.14.0-t".into();
        lap.kind = Some(SourceKind::Script);
        assert_eq!(words(&structure(&lap)), "one process, one interpreter with one GIL, 2 threads");
    }
}
