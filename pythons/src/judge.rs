//! Whether a kernel can embed a Python, from what it says of itself.

use std::env::consts::ARCH;
use std::path::{Path, PathBuf};

use shared::{Gil, InterpreterBuild, Python};

use crate::advice::{self, Trouble};
use crate::ask::Answer;
use crate::candidates::Candidate;
use crate::places::Family;
use crate::{Found, Verdict};

/// The oldest version whose interpreters can have a GIL each.
const OLDEST: (u8, u8) = (3, 12);

/// What the candidate is.
pub fn judge(candidate: &Candidate, answer: &Result<Answer, String>, family: Family) -> Found {
    let origin = candidate.origin;
    let unusable =
        |trouble: Trouble| Verdict::Unusable { reason: trouble.reason(), advice: advice::of(&trouble, origin, family) };
    match answer {
        Ok(answer) => Found {
            executable: PathBuf::from(&answer.executable),
            origin,
            title: title(answer),
            verdict: match trouble(answer, |library| library.is_file()) {
                None => Verdict::Usable(build(answer)),
                Some(trouble) => unusable(trouble),
            },
        },
        Err(sentence) => Found {
            executable: candidate.program.clone(),
            origin,
            title: candidate.program.display().to_string(),
            verdict: unusable(Trouble::Silent(sentence.clone())),
        },
    }
}

/// What is in the way, the hardest first.
fn trouble(answer: &Answer, is_there: impl Fn(&Path) -> bool) -> Option<Trouble> {
    let (major, minor, micro) = answer.version;
    let python = Python { major, minor, micro };
    if answer.implementation != "CPython" {
        return Some(Trouble::Other(answer.implementation.clone()));
    }
    if (major, minor) < OLDEST {
        return Some(Trouble::Old(python));
    }
    if answer.level != "final" {
        return Some(Trouble::Unfinished);
    }
    if answer.bits != usize::BITS || !runs_on(&answer.platform, ARCH) {
        return Some(Trouble::Foreign(answer.platform.clone(), answer.bits));
    }
    match &answer.library {
        None => Some(Trouble::Static(python)),
        Some(library) if !is_there(Path::new(library)) => Some(Trouble::Library(library.into(), python)),
        Some(_) => None,
    }
}

/// Whether a platform like `macosx-11.0-arm64` has this processor; one that says nothing of it may.
fn runs_on(platform: &str, processor: &str) -> bool {
    let own = match platform.rsplit('-').next().unwrap_or_default() {
        "x86_64" | "amd64" => "x86_64",
        "aarch64" | "arm64" => "aarch64",
        "i386" | "i586" | "i686" | "win32" => "x86",
        _ => return true,
    };
    own == processor
}

fn build(answer: &Answer) -> InterpreterBuild {
    let (major, minor, micro) = answer.version;
    let python = Python { major, minor, micro };
    let (gil, letter) = if answer.gil { (Gil::Present, "") } else { (Gil::Absent, "t") };
    let place = blake3::hash(answer.executable.as_bytes()).to_hex();
    let id = format!("{python}{letter}-{}", &place[..8]);
    InterpreterBuild { id, python, gil, executable: answer.executable.clone() }
}

fn title(answer: &Answer) -> String {
    if answer.implementation != "CPython" {
        let (major, minor, micro) = answer.own_version;
        return format!("{} {major}.{minor}.{micro}", answer.implementation);
    }
    let title = build(answer).title();
    if answer.level == "final" { title } else { format!("{title} {} {}", answer.level, answer.serial) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Origin;

    fn answer() -> Answer {
        Answer {
            implementation: "CPython".into(),
            own_version: (3, 14, 10),
            version: (3, 14, 10),
            level: "final".into(),
            serial: 0,
            gil: true,
            library: Some("/lib/libpython3.14.so".into()),
            executable: "/bin/python3.14".into(),
            platform: format!("linux-{ARCH}"),
            bits: usize::BITS,
        }
    }

    #[test]
    fn what_is_in_the_way_is_said() {
        let python = Python { major: 3, minor: 14, micro: 10 };
        let old = Python { minor: 11, ..python };
        for (answer, expected) in [
            (answer(), None),
            (Answer { version: (3, 12, 0), ..answer() }, None),
            (Answer { gil: false, ..answer() }, None),
            (Answer { implementation: "PyPy".into(), ..answer() }, Some(Trouble::Other("PyPy".into()))),
            (Answer { version: (3, 11, 10), ..answer() }, Some(Trouble::Old(old))),
            (Answer { level: "beta".into(), ..answer() }, Some(Trouble::Unfinished)),
            (Answer { bits: 16, platform: "dos".into(), ..answer() }, Some(Trouble::Foreign("dos".into(), 16))),
            (Answer { platform: "win32".into(), ..answer() }, Some(Trouble::Foreign("win32".into(), usize::BITS))),
            (Answer { library: None, ..answer() }, Some(Trouble::Static(python))),
            (
                Answer { library: Some("/gone.so".into()), ..answer() },
                Some(Trouble::Library("/gone.so".into(), python)),
            ),
        ] {
            assert_eq!(trouble(&answer, |library| library != Path::new("/gone.so")), expected, "{answer:?}");
        }
    }

    #[test]
    fn processors_go_by_several_names() {
        for (platform, processor, runs) in [
            ("linux-x86_64", "x86_64", true),
            ("win-amd64", "x86_64", true),
            ("macosx-11.0-arm64", "aarch64", true),
            ("macosx-11.0-arm64", "x86_64", false),
            ("macosx-10.13-universal2", "aarch64", true),
            ("win32", "x86_64", false),
            ("linux-riscv64", "riscv64", true),
        ] {
            assert_eq!(runs_on(platform, processor), runs, "{platform} {processor}");
        }
    }

    #[test]
    fn titles_are_what_people_call_it() {
        for (answer, expected) in [
            (answer(), "CPython 3.14.10"),
            (Answer { gil: false, ..answer() }, "CPython 3.14.10 free-threaded"),
            (Answer { level: "beta".into(), serial: 2, ..answer() }, "CPython 3.14.10 beta 2"),
            (Answer { implementation: "PyPy".into(), own_version: (7, 3, 17), ..answer() }, "PyPy 7.3.17"),
        ] {
            assert_eq!(title(&answer), expected);
        }
    }

    #[test]
    fn a_build_is_named_by_version_and_place() {
        let named = |answer: &Answer| build(answer).id;
        assert!(named(&answer()).starts_with("3.14.10-"), "{}", named(&answer()));
        assert!(named(&Answer { gil: false, ..answer() }).starts_with("3.14.10t-"));
        assert_ne!(named(&answer()), named(&Answer { executable: "/other/python3.14".into(), ..answer() }));
    }

    #[test]
    fn what_gave_no_answer_goes_by_its_path() {
        let candidate = Candidate { program: "/bin/python3".into(), origin: Origin::System };
        let found = judge(&candidate, &Err("It hangs.".into()), Family::Other);
        assert_eq!(found.title, "/bin/python3");
        assert!(matches!(found.verdict, Verdict::Unusable { reason, .. } if reason == "It hangs."));
    }
}
