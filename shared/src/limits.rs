//! What a lap may use: generous at first, set by whoever starts Virgil, tightened by whoever wrote the cell.

use serde::{Deserialize, Serialize};

use crate::text::{bytes, duration};
use crate::{Nanos, Raised};

/// How long a lap may take, unless somebody says otherwise.
pub const USUAL_WALL: Nanos = Nanos(120_000_000_000);
/// How many bytes a lap may print.
const USUAL_OUTPUT: u64 = 64_000_000;
/// How many files a process may have open.
const USUAL_OPEN_FILES: u32 = 4096;
/// How many processes a lap may have at once.
const USUAL_PROCESSES: u32 = 512;
/// The least that may be asked for: with less, no interpreter starts.
const LEAST_MEMORY: u64 = 64_000_000;
/// The least that may be asked for: a kernel's own descriptors begin at 200.
const LEAST_OPEN_FILES: u64 = 256;
/// The most seconds that may be asked for: a day. Whoever wants more measures something else.
const MOST_SECONDS: u64 = 86_400;

/// What a lap may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// How long it may take.
    pub wall: Nanos,
    /// How much CPU time all its processes may take together.
    pub cpu: Nanos,
    /// How many bytes of memory of their own all its processes may hold together.
    pub memory: u64,
    /// How many bytes it may print.
    pub output: u64,
    /// About how many files each of its processes may have open.
    pub open_files: u32,
    /// How many processes it may have at the same time.
    pub processes: u32,
}

/// What somebody wants some of the limits to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LimitChoice {
    /// See [`Limits::wall`].
    pub wall: Option<Nanos>,
    /// See [`Limits::cpu`].
    pub cpu: Option<Nanos>,
    /// See [`Limits::memory`].
    pub memory: Option<u64>,
    /// See [`Limits::output`].
    pub output: Option<u64>,
    /// See [`Limits::open_files`].
    pub open_files: Option<u32>,
    /// See [`Limits::processes`].
    pub processes: Option<u32>,
}

impl Default for Limits {
    /// Of a machine of which nothing is known.
    fn default() -> Limits {
        Limits::new(LimitChoice::default(), 1, None)
    }
}

impl Limits {
    /// As chosen, on a machine with so many cores and bytes of memory to use, if that is known. What wasn't chosen is
    /// generous: as much CPU time as there can be in the wall time, and three quarters of the memory.
    pub fn new(chosen: LimitChoice, cores: u32, memory: Option<u64>) -> Limits {
        let wall = chosen.wall.unwrap_or(USUAL_WALL);
        let most_cpu = Nanos(wall.0.saturating_mul(u64::from(cores.max(1))));
        Limits {
            wall,
            cpu: chosen.cpu.unwrap_or(most_cpu),
            memory: chosen
                .memory
                .unwrap_or_else(|| memory.map_or(u64::MAX, |memory| (memory / 4 * 3).max(LEAST_MEMORY))),
            output: chosen.output.unwrap_or(USUAL_OUTPUT),
            open_files: chosen.open_files.unwrap_or(USUAL_OPEN_FILES),
            processes: chosen.processes.unwrap_or(USUAL_PROCESSES),
        }
    }

    /// The tighter one of each.
    pub fn tightened(self, by: LimitChoice) -> Limits {
        fn tighter<T: Ord>(limit: T, by: Option<T>) -> T {
            match by {
                Some(by) => limit.min(by),
                None => limit,
            }
        }
        Limits {
            wall: tighter(self.wall, by.wall),
            cpu: tighter(self.cpu, by.cpu),
            memory: tighter(self.memory, by.memory),
            output: tighter(self.output, by.output),
            open_files: tighter(self.open_files, by.open_files),
            processes: tighter(self.processes, by.processes),
        }
    }

    /// What to say of an exception that comes of a limit, of a lap that held so much memory at most; nothing of any
    /// other.
    pub fn advice(&self, raised: &Raised, peak_memory: Option<u64>) -> Option<String> {
        let (name, message) = (raised.exception.as_str(), raised.message.as_str());
        if name == "MemoryError" && self.memory < u64::MAX && !message.contains("too complex") {
            let held = peak_memory.map(|peak| format!(" This one held {} at most.", bytes(peak))).unwrap_or_default();
            let limit = bytes(self.memory);
            return Some(format!(
                "There was not enough memory: a lap may hold {limit}.{held} Make the work smaller, or raise \
                 `--memory-limit`."
            ));
        }
        (name == "OSError" && message.starts_with("[Errno 24]")).then(|| {
            format!(
                "A process of a lap may have about {} files open at once. Close each after its use, as `with open(…)` \
                 does, or raise `--open-files`.",
                self.open_files
            )
        })
    }
}

impl LimitChoice {
    /// The names by which exercises and cells set limits.
    pub const NAMES: [&str; 6] = ["wall", "cpu", "memory", "output", "open-files", "processes"];

    /// Sets the limit of that name to what the text says: seconds, bytes (`500M`, `2G`) or a number.
    ///
    /// # Errors
    /// The sentence for the author: there is no such limit, it was set before, or the text says nothing that it can
    /// be.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), String> {
        let before = match name {
            "wall" => self.wall.replace(seconds(text)?).is_some(),
            "cpu" => self.cpu.replace(seconds(text)?).is_some(),
            "memory" => self.memory.replace(memory_bytes(text)?).is_some(),
            "output" => self.output.replace(output_bytes(text)?).is_some(),
            "open-files" => self.open_files.replace(open_files(text)?).is_some(),
            "processes" => self.processes.replace(processes(text)?).is_some(),
            _ => return Err(format!("`{name}` is not a limit: {} are", LimitChoice::NAMES.join(", "))),
        };
        if before { Err(format!("`{name}` is there twice")) } else { Ok(()) }
    }
}

/// A number of seconds, up to a day.
///
/// # Errors
/// The sentence that says so.
pub fn seconds(text: &str) -> Result<Nanos, String> {
    let most = duration(Nanos(MOST_SECONDS * 1_000_000_000));
    let number = text.parse().ok().filter(|seconds| (1..=MOST_SECONDS).contains(seconds));
    number
        .map(|seconds: u64| Nanos(seconds * 1_000_000_000))
        .ok_or_else(|| format!("`{text}` is no time limit: write whole seconds, from 1 to {most}"))
}

/// A number of bytes of memory: with a letter, `500M` or `2G`.
///
/// # Errors
/// The sentence that says so.
pub fn memory_bytes(text: &str) -> Result<u64, String> {
    let least = bytes(LEAST_MEMORY);
    parse_bytes(text)
        .filter(|&size| size >= LEAST_MEMORY)
        .ok_or_else(|| format!("`{text}` is no memory limit: write {least} or more, as in `500M` or `2G`"))
}

/// A number of bytes of text: with a letter, `100K` or `10M`.
///
/// # Errors
/// The sentence that says so.
pub fn output_bytes(text: &str) -> Result<u64, String> {
    parse_bytes(text)
        .filter(|&size| size > 0)
        .ok_or_else(|| format!("`{text}` is no limit of bytes: write a number, as in `100K` or `10M`"))
}

/// A number of open files.
///
/// # Errors
/// The sentence that says so.
pub fn open_files(text: &str) -> Result<u32, String> {
    number(text, LEAST_OPEN_FILES)
}

/// A number of processes.
///
/// # Errors
/// The sentence that says so.
pub fn processes(text: &str) -> Result<u32, String> {
    number(text, 1)
}

fn number(text: &str, least: u64) -> Result<u32, String> {
    let most = 1_000_000;
    let number = text.parse().ok().filter(|number: &u32| (least..=most).contains(&u64::from(*number)));
    number.ok_or_else(|| format!("`{text}` is no limit: write a number from {least} to {most}"))
}

/// With a letter: thousands, millions or thousand millions.
fn parse_bytes(text: &str) -> Option<u64> {
    let (number, unit) = match text.char_indices().next_back()? {
        (end, 'K' | 'k') => (&text[..end], 1_000),
        (end, 'M' | 'm') => (&text[..end], 1_000_000),
        (end, 'G' | 'g') => (&text[..end], 1_000_000_000),
        _ => (text, 1),
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn what_is_not_chosen_is_generous_and_what_is_chosen_replaces_it() {
        let limits = Limits::new(LimitChoice::default(), 4, Some(8_000_000_000));
        assert_eq!((limits.wall, limits.cpu, limits.memory), (USUAL_WALL, Nanos(480_000_000_000), 6_000_000_000));
        let chosen = LimitChoice { wall: Some(Nanos(5)), memory: Some(7), ..LimitChoice::default() };
        let limits = Limits::new(chosen, 2, Some(8_000_000_000));
        assert_eq!((limits.wall, limits.cpu, limits.memory), (Nanos(5), Nanos(10), 7));
        assert_eq!(Limits::default().memory, u64::MAX);
    }

    #[test]
    fn the_tighter_limit_wins() {
        let limits = Limits { processes: 100, output: 100, ..Limits::default() };
        let choice = LimitChoice { processes: Some(10), output: Some(1000), ..LimitChoice::default() };
        let tightened = limits.tightened(choice);
        assert_eq!((tightened.processes, tightened.output), (10, 100));
        assert_eq!(limits.tightened(LimitChoice::default()), limits);
    }

    #[test]
    fn limits_are_read_from_text() {
        let mut choice = LimitChoice::default();
        let texts = ["30", "60", "2G", "10M", "256", "20"];
        for (name, text) in LimitChoice::NAMES.into_iter().zip(texts) {
            choice.set(name, text).unwrap();
        }
        let expected = LimitChoice {
            wall: Some(Nanos(30_000_000_000)),
            cpu: Some(Nanos(60_000_000_000)),
            memory: Some(2_000_000_000),
            output: Some(10_000_000),
            open_files: Some(256),
            processes: Some(20),
        };
        assert_eq!(choice, expected);
        for (name, text, said) in [
            ("wall", "0", "whole seconds, from 1 to 86400 s"),
            ("wall", "1.5", "whole seconds"),
            ("cpu", "86401", "whole seconds"),
            ("memory", "1M", "64.0 MB or more"),
            ("memory", "", "or more"),
            ("memory", "20000000000G", "or more"),
            ("output", "much", "bytes"),
            ("open-files", "10", "from 256"),
            ("processes", "0", "from 1"),
            ("processes", "5", "twice"),
            ("speed", "1", "not a limit: wall, cpu"),
        ] {
            let sentence = choice.set(name, text).unwrap_err();
            assert!(sentence.contains(said), "{name}={text}: {sentence}");
        }
    }

    #[test]
    fn exceptions_that_come_of_limits_are_explained() {
        let limits = Limits { memory: 300_000_000, open_files: 256, ..Limits::default() };
        for (exception, message, said) in [
            ("MemoryError", "", Some("a lap may hold 300 MB. This one held 290 MB at most.")),
            ("MemoryError", "s_push: parser stack overflow: too complex", None),
            ("OSError", "[Errno 24] Too many open files: 'x'", Some("about 256 files")),
            ("OSError", "[Errno 2] No such file", None),
        ] {
            let raised = samples::raised(exception, message);
            let advice = limits.advice(&raised, Some(290_000_000));
            assert_eq!(advice.is_some(), said.is_some(), "{exception}: {advice:?}");
            assert!(advice.unwrap_or_default().contains(said.unwrap_or_default()), "{exception} {message}");
        }
        assert_eq!(Limits::default().advice(&samples::raised("MemoryError", ""), None), None);
    }
}
