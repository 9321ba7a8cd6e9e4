//! The CPythons that kernels embed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Mode, seems_script};

/// A CPython version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Python {
    /// 3 in 3.14.10.
    pub major: u8,
    /// 14 in 3.14.10.
    pub minor: u8,
    /// 10 in 3.14.10.
    pub micro: u8,
}

impl fmt::Display for Python {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.micro)
    }
}

/// Whether a build has a global interpreter lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Gil {
    /// The ordinary build.
    Present,
    /// A free-threaded build.
    Absent,
}

/// One CPython for which there is a kernel. Written beside the kernel's binary as `build.json`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InterpreterBuild {
    /// Names it in files and commands: version, `t` if free-threaded, and a hash of where it is; `3.14.10-1a2b3c4d`.
    pub id: String,
    /// Its version.
    pub python: Python,
    /// With or without a GIL.
    pub gil: Gil,
    /// The absolute path of its `python`, which kernels set as `PyConfig.executable`.
    pub executable: String,
}

/// Whether a build can execute a mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// It can.
    Available,
    /// It can, with this risk.
    Warned(&'static str),
    /// It can't, for this reason.
    Impossible(&'static str),
}

impl InterpreterBuild {
    /// Whether it can execute a mode. Risks are of facts tried with these versions (python/cpython#136421, #136423).
    pub fn availability(&self, mode: Mode) -> Availability {
        let before = |minor: u8| (self.python.major, self.python.minor) < (3, minor);
        match (mode, self.gil) {
            (Mode::Sequential | Mode::Processes | Mode::Asyncio | Mode::ThreadPool, _)
            | (Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn, _)
            | (Mode::Threads, Gil::Present) => Availability::Available,
            (Mode::FreeThreaded, Gil::Absent) => Availability::Available,
            (Mode::Threads, Gil::Absent) => {
                Availability::Impossible("It has no GIL: its threads are the mode Free-threaded.")
            }
            (Mode::FreeThreaded, Gil::Present) => Availability::Impossible("It has a GIL."),
            (Mode::Subinterpreters | Mode::InterpreterPool, Gil::Absent) => {
                Availability::Impossible("It has no GIL, so its interpreters can't have one each.")
            }
            (Mode::SharedGil, Gil::Absent) => {
                Availability::Impossible("It has no GIL, so its interpreters can't share one.")
            }
            (Mode::InterpreterPool, Gil::Present) if before(14) => {
                Availability::Impossible("`InterpreterPoolExecutor` came with CPython 3.14.")
            }
            (Mode::Subinterpreters, Gil::Present) if before(13) => Availability::Warned(
                "On CPython 3.12 interpreters with a GIL each can crash: parts of the standard library and extension \
                 modules that fail to import corrupt memory. Prefer 3.14 or newer.",
            ),
            // The request to let it go reaches the asker's own interpreter there.
            (Mode::SharedGil, Gil::Present) if before(13) => Availability::Warned(
                "On CPython 3.12 interpreters that share a GIL don't ask each other for it: one may keep it as long as \
                 it computes. Prefer 3.13 or newer.",
            ),
            (Mode::Subinterpreters | Mode::SharedGil | Mode::InterpreterPool, Gil::Present) => Availability::Available,
        }
    }

    /// Whether `name` means it: its id, or the start of its version, `3.14`, `3.14t`, `3.14.10`.
    pub fn is_called(&self, name: &str) -> bool {
        let (version, letter) = match name.strip_suffix('t') {
            Some(version) => (version, Gil::Absent),
            None => (name, Gil::Present),
        };
        let own = self.python.to_string();
        self.id == name || (self.gil == letter && (own == version || own.starts_with(&format!("{version}."))))
    }

    /// The name that people read.
    pub fn title(&self) -> String {
        match self.gil {
            Gil::Present => format!("CPython {}", self.python),
            Gil::Absent => format!("CPython {} free-threaded", self.python),
        }
    }

    /// Builds in the order of preference: 3.14 or newer first (own-GIL interpreters are sound there,
    /// python/cpython#136421), of these the oldest minor version as the best tried, newest micro version; with a GIL
    /// before without.
    pub fn preference(&self) -> impl Ord + use<> {
        let Python { major, minor, micro } = self.python;
        let sound = (major, minor) >= (3, 14);
        let minor_rank = if sound { i16::from(minor) } else { -i16::from(minor) };
        (self.gil, !sound, minor_rank, u8::MAX - micro)
    }
}

/// The build that executes a mode: the wanted one, or the first, if it can; for free-threaded threads the first
/// without a GIL, of the same minor version if there is one.
///
/// # Errors
/// The sentence to show if there is none.
pub fn choose<'a>(
    builds: &'a [InterpreterBuild],
    wanted: Option<&str>,
    mode: Mode,
) -> Result<&'a InterpreterBuild, String> {
    let able = |build: &&InterpreterBuild| !matches!(build.availability(mode), Availability::Impossible(_));
    let first = match wanted {
        Some(name) => builds.iter().find(|build| build.is_called(name)).ok_or_else(|| {
            let known: Vec<&str> = builds.iter().map(|build| build.id.as_str()).collect();
            format!("There is no kernel for the interpreter build `{name}`. There are: {}.", known.join(", "))
        })?,
        None => builds.first().ok_or(
            "There is no Python to run this with. Install CPython 3.14, then `cargo xtask kernels`; `virgil doctor` \
             says more.",
        )?,
    };
    if able(&first) {
        return Ok(first);
    }
    let mut others = builds.iter().filter(able);
    match mode {
        Mode::FreeThreaded => {
            let twin = builds.iter().filter(able).find(|build| build.python.minor == first.python.minor);
            twin.or_else(|| others.next()).ok_or_else(|| {
                "Free-threaded needs a CPython without a GIL, 3.14 or newer, and none with a kernel was found. Install \
                 one, for example with `uv python install 3.14t`, then `cargo xtask kernels --all`; or leave the mode \
                 out."
                    .to_owned()
            })
        }
        _ if wanted.is_none()
            && let Some(other) = others.next() =>
        {
            Ok(other)
        }
        _ => {
            let Availability::Impossible(reason) = first.availability(mode) else { return Ok(first) };
            Err(format!(
                "{} can't run {}: {reason} Choose another build, or leave the mode out.",
                first.title(),
                mode.title()
            ))
        }
    }
}

/// Which of these modes a source is run in where there are these builds: those that one of them can execute and that
/// suit the source; if none of them suits it, all that can be executed, and the kernel says why. A script runs once, and
/// in no mode of ours. Without any build all count as possible: the page says elsewhere that there is none.
pub fn possible_modes(modes: &[Mode], builds: &[InterpreterBuild], wanted: Option<&str>, source: &str) -> Vec<Mode> {
    if seems_script(source) {
        return vec![Mode::Sequential];
    }
    let can = |mode: &Mode| builds.is_empty() || choose(builds, wanted, *mode).is_ok();
    let possible: Vec<Mode> = modes.iter().copied().filter(can).collect();
    let suited: Vec<Mode> = possible.iter().copied().filter(|mode| mode.suits(source)).collect();
    if suited.is_empty() { possible } else { suited }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::build;

    #[test]
    fn what_does_not_suit_the_source_or_has_no_build_is_left_out() {
        let (plain, coroutine) = ("def work(item): pass", "async def work(item): pass");
        let builds = [build(14, 10, Gil::Present)];
        let ticked = [Mode::Threads, Mode::Asyncio, Mode::FreeThreaded];
        let possible = |ticked: &[Mode], source| possible_modes(ticked, &builds, None, source);
        assert_eq!(possible(&ticked, plain), [Mode::Threads]);
        assert_eq!(possible(&ticked, coroutine), [Mode::Asyncio]);
        assert_eq!(possible(&[Mode::Threads], coroutine), [Mode::Threads]);
        assert_eq!(possible(&ticked, "print(1)"), [Mode::Sequential]);
        assert_eq!(possible_modes(&ticked, &[], None, plain), [Mode::Threads, Mode::FreeThreaded]);
    }

    #[test]
    fn a_mode_goes_to_the_wanted_build_that_can() {
        let builds = [build(14, 10, Gil::Present), build(12, 1, Gil::Present), build(15, 2, Gil::Absent)];
        let chosen = |wanted, mode| choose(&builds, wanted, mode).map(|build| build.python.minor);
        assert_eq!(chosen(None, Mode::Threads), Ok(14));
        assert_eq!(chosen(Some("3.12"), Mode::Subinterpreters), Ok(12));
        assert_eq!(chosen(Some("3.12.1"), Mode::FreeThreaded), Ok(15));
        assert_eq!(chosen(Some("3.15t"), Mode::Processes), Ok(15));
        for (wanted, mode, said) in [
            (Some("3.15t"), Mode::Subinterpreters, "no GIL"),
            (Some("3.15"), Mode::Threads, "no kernel for the interpreter build `3.15`"),
            (Some("3.1"), Mode::Threads, "no kernel"),
            (Some("3.12"), Mode::InterpreterPool, "came with CPython 3.14"),
            (Some("3.15t"), Mode::SharedGil, "no GIL"),
        ] {
            let sentence = chosen(wanted, mode).unwrap_err();
            assert!(sentence.contains(said), "{sentence}");
        }
        assert!(choose(&builds[..2], None, Mode::FreeThreaded).unwrap_err().contains("3.14t"));
        assert!(choose(&[], None, Mode::Threads).unwrap_err().contains("virgil doctor"));
    }

    #[test]
    fn only_what_was_seen_to_corrupt_memory_is_warned_of() {
        let warned = |minor, mode| matches!(build(minor, 1, Gil::Present).availability(mode), Availability::Warned(_));
        assert!(warned(12, Mode::Subinterpreters) && warned(12, Mode::SharedGil));
        assert!(!warned(13, Mode::Subinterpreters) && !warned(12, Mode::Threads));
    }

    #[test]
    fn sound_builds_with_a_gil_come_first() {
        let mut builds = [
            build(14, 10, Gil::Absent),
            build(12, 1, Gil::Present),
            build(13, 18, Gil::Present),
            build(15, 2, Gil::Present),
            build(14, 9, Gil::Present),
            build(14, 10, Gil::Present),
        ];
        builds.sort_by_key(InterpreterBuild::preference);
        let order: Vec<_> = builds.iter().map(|build| build.id.as_str()).collect();
        assert_eq!(
            order,
            [
                "3.14.10-Present",
                "3.14.9-Present",
                "3.15.2-Present",
                "3.13.18-Present",
                "3.12.1-Present",
                "3.14.10-Absent"
            ]
        );
    }
}
