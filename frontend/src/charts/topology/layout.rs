//! Where the boxes of the topology stand, and what they say: across in percent of the picture's width, down in pixels.

use shared::{Ending, Lap, LapPhase, Mode, Nanos, State};

use super::structure::{Interpreter, Lock, Process, Role, Thread};
use crate::text::{count, thousands};

/// What a box is. The same list stands in js/src/topology.js.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The lap's name above its boxes.
    Heading = 0,
    /// A process of the system.
    Process = 1,
    /// An interpreter.
    Interpreter = 2,
    /// A lock that nobody has now.
    FreeLock = 3,
    /// A lock that a thread has.
    HeldLock = 4,
    /// A thread that doesn't run.
    Idle = 5,
    /// A thread that runs.
    Running = 6,
    /// A thread that has a GIL: a key is drawn on it.
    WithKey = 7,
    /// A thread that could run and must wait.
    Waiting = 8,
}

/// A box.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Whose colour it has.
    pub mode: Mode,
    /// What it is.
    pub kind: Kind,
    /// Its left end, in percent of the width.
    pub left: f64,
    /// Its top in pixels.
    pub top: f64,
    /// In percent of the width.
    pub width: f64,
    /// In pixels.
    pub height: f64,
    /// What stands in it, in lines.
    pub text: String,
}

/// What a thread does, in two words or three, and how it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doing {
    /// How its box looks.
    pub kind: Kind,
    /// What stands below its name.
    pub words: String,
    /// The interpreter whose GIL it has.
    pub key: Option<u32>,
}

/// A state older than this is history.
const FRESH: Nanos = Nanos(500_000_000);
/// The heights of lines and gaps, in pixels.
const HEADING: f64 = 30.0;
const LABEL: f64 = 24.0;
const THREAD: f64 = 46.0;
const GAP: f64 = 6.0;
/// The gap between boxes, in percent.
const ACROSS: f64 = 1.2;

/// The height that one lap needs.
pub fn height() -> f64 {
    HEADING + block() + 3.0 * GAP
}

fn block() -> f64 {
    2.0 * LABEL + THREAD + 4.0 * GAP
}

/// What a worker's thread does now; of a lap that is over, what it did most.
pub fn doing(lap: &Lap, role: Role) -> Doing {
    let number = match role {
        Role::Worker(number) => number,
        Role::Loop(slots) => return in_turns(lap, slots),
        Role::Dispatcher => return idle("hands out tasks".to_owned()),
    };
    let Some(worker) = lap.workers.get(number as usize) else { return idle(String::new()) };
    if let LapPhase::Ended(ending) = &lap.phase {
        let share = |state: State| worker.totals.and_then(|totals| totals.share(state)).unwrap_or_default();
        let ran = share(State::WithGil(0)) + share(State::WithoutGil);
        let words = match (worker.totals, ending) {
            (Some(_), _) if share(State::WaitingForGil) > 0.1 => {
                format!("ran {:.0} %, waited {:.0} %", ran * 100.0, share(State::WaitingForGil) * 100.0)
            }
            (Some(_), _) => format!("ran {:.0} %", ran * 100.0),
            (None, Ending::Completed { .. }) if lap.is_served() => count(worker.service.answered(), "request"),
            (None, Ending::Completed { .. }) => count(worker.spans.len() as u64, "task"),
            (None, _) => "ended".to_owned(),
        };
        return idle(words);
    }
    let state = worker.states.last().filter(|interval| lap.now.since(interval.end) < FRESH).map(|last| last.state);
    let task = worker.running.map(|running| format!("task {}", thousands(u64::from(running.task))));
    match (state, task) {
        (Some(State::WithGil(interpreter)), _) => {
            Doing { kind: Kind::WithKey, words: "has the GIL".into(), key: Some(interpreter) }
        }
        (Some(State::WithoutGil), _) => Doing { kind: Kind::Running, words: "runs without it".into(), key: None },
        (Some(state @ (State::WaitingForGil | State::WaitingForCpu)), _) => {
            Doing { kind: Kind::Waiting, words: state.words().replace("waiting", "waits"), key: None }
        }
        (Some(State::Blocked), _) => idle("blocked".into()),
        (None, Some(task)) => Doing { kind: Kind::Running, words: task, key: None },
        (None, None) if worker.ready.is_none() => idle("starts".into()),
        (None, None) => idle("waits for a task".into()),
    }
}

/// How many connections a worker of a service holds; when the lap is over, how many it was given.
fn connections(lap: &Lap, role: Role) -> Option<String> {
    let Role::Worker(number) = role else { return None };
    let service = &lap.workers.get(number as usize).filter(|_| lap.is_served())?.service;
    let is_over = matches!(lap.phase, LapPhase::Ended(_));
    Some(count(if is_over { service.connections } else { service.held.len() as u64 }, "connection"))
}

fn idle(words: String) -> Doing {
    Doing { kind: Kind::Idle, words, key: None }
}

/// An event loop with so many coroutines.
fn in_turns(lap: &Lap, slots: u32) -> Doing {
    let running = lap.workers.iter().filter(|worker| worker.running.is_some()).count();
    match (&lap.phase, running) {
        (LapPhase::Ended(_), _) | (_, 0) => idle(format!("{} in turns", count(u64::from(slots), "coroutine"))),
        (_, running) => Doing {
            kind: Kind::Running,
            words: format!("{running} of {} under way", count(u64::from(slots), "coroutine")),
            key: None,
        },
    }
}

/// The boxes of one lap from `top` on, with its name and what it consists of above. At most so many threads are drawn.
pub fn shapes(lap: &Lap, processes: &[Process], heading: String, (top, most): (f64, usize)) -> Vec<Shape> {
    let mode = lap.plan.mode;
    let shape = |kind, (left, top, width, height): (f64, f64, f64, f64), text: String| Shape {
        mode,
        kind,
        left,
        top,
        width,
        height,
        text,
    };
    let mut shapes = vec![shape(Kind::Heading, (0.0, top, 100.0, HEADING), heading)];
    let (processes, hidden) = shortened(processes, most);
    let leaves: usize = processes.iter().map(leaves).sum();
    let gaps = ACROSS * processes.len().saturating_sub(1) as f64;
    let unit = (100.0 - gaps) / leaves.max(1) as f64;
    let top = top + HEADING;
    let mut left = 0.0;
    for process in &processes {
        let width = unit * self::leaves(process) as f64;
        let last = std::ptr::eq(process, &processes[processes.len() - 1]);
        let more = if last && hidden > 0 { format!(", {hidden} more not drawn") } else { String::new() };
        shapes.push(shape(Kind::Process, (left, top, width, block()), process.name.clone() + &more));
        let mut inner = left + ACROSS / 2.0;
        let inside = width - ACROSS;
        let share = inside / self::leaves(process) as f64;
        let has_key = |interpreter: &Interpreter| {
            interpreter.threads.iter().any(|thread| doing(lap, thread.role).kind == Kind::WithKey)
        };
        let is_for_all = process.interpreters.iter().any(|interpreter| interpreter.lock == Lock::Shared);
        for interpreter in &process.interpreters {
            let width = share * interpreter.threads.len().max(1) as f64;
            let room = (inner, top + LABEL, width - ACROSS / 2.0, block() - LABEL - GAP);
            shapes.push(shape(Kind::Interpreter, room, interpreter.name.clone()));
            let each = (room.2 - ACROSS) / interpreter.threads.len().max(1) as f64;
            let all: Vec<Doing> = interpreter.threads.iter().map(|thread| doing(lap, thread.role)).collect();
            let place = (room.0 + ACROSS / 2.0, room.2 - ACROSS);
            let held = if is_for_all { process.interpreters.iter().any(has_key) } else { has_key(interpreter) };
            let lock = lock(interpreter, is_for_all, held);
            shapes.extend(lock.map(|(kind, text)| shape(kind, (place.0, room.1, place.1, LABEL), text)));
            for (number, (thread, doing)) in interpreter.threads.iter().zip(all).enumerate() {
                let at = place.0 + each * number as f64;
                let room = (at, room.1 + LABEL + GAP, each - ACROSS / 4.0, THREAD);
                let holds = connections(lap, thread.role).map(|count| format!(" · {count}")).unwrap_or_default();
                shapes.push(shape(doing.kind, room, format!("{}{holds}\n{}", thread.name, doing.words)));
            }
            inner += width;
        }
        left += width + ACROSS;
    }
    shapes
}

/// The lock in an interpreter's corner; none where it has none of its own.
fn lock(interpreter: &Interpreter, is_for_all: bool, held: bool) -> Option<(Kind, String)> {
    let kind = if held { Kind::HeldLock } else { Kind::FreeLock };
    match interpreter.lock {
        Lock::Own if is_for_all => Some((kind, "GIL for all".to_owned())),
        Lock::Own => Some((kind, "GIL".to_owned())),
        Lock::Shared | Lock::Absent => None,
    }
}

fn leaves(process: &Process) -> usize {
    process.interpreters.iter().map(|interpreter| interpreter.threads.len().max(1)).sum()
}

/// With at most so many threads, and how many were left out.
fn shortened(processes: &[Process], most: usize) -> (Vec<Process>, usize) {
    let mut room = most;
    let mut hidden = 0;
    let mut kept: Vec<Process> = Vec::new();
    for process in processes {
        let mut interpreters: Vec<Interpreter> = Vec::new();
        for interpreter in &process.interpreters {
            let wanted = interpreter.threads.len().max(1);
            let threads: Vec<Thread> = interpreter.threads.iter().take(room).cloned().collect();
            if room > 0 {
                interpreters.push(Interpreter { threads, ..interpreter.clone() });
            }
            hidden += wanted.saturating_sub(room);
            room = room.saturating_sub(wanted);
        }
        if !interpreters.is_empty() {
            kept.push(Process { interpreters, ..process.clone() });
        }
    }
    (kept, hidden)
}
