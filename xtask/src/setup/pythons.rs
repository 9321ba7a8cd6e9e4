//! Which CPythons there are, and getting one where none will do.

mod debian;
mod uv;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use pythons::{Found, Look, Memory, Places, Verdict};
use shared::{Gil, InterpreterBuild};

use crate::project::Project;
use crate::report::{Report, Stopped, sentences};

/// The oldest version where own-GIL interpreters are sound.
const SOUND: (u8, u8) = (3, 14);
/// Where it is noted that nothing better could be had, so that not every start tries again.
const TRIED: &str = "pythons-tried";

/// A way to get a CPython.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    /// With this uv, which has builds for all systems.
    Uv(PathBuf),
    /// From Debian's packages.
    Debian,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
enum Next<'a> {
    /// Nothing: there is a sound build.
    Done,
    /// Try this way, then look again.
    Try(&'a Way),
    /// Go on with what there is.
    Settle,
    /// Say that there is nothing to go on with.
    GiveUp,
}

/// What to do with these builds and the ways that were not tried.
fn next<'a>(builds: &[InterpreterBuild], ways: &'a [Way]) -> Next<'a> {
    let is_sound =
        |build: &InterpreterBuild| build.gil == Gil::Present && (build.python.major, build.python.minor) >= SOUND;
    match ways.first() {
        _ if builds.iter().any(is_sound) => Next::Done,
        Some(way) => Next::Try(way),
        None if builds.is_empty() => Next::GiveUp,
        None => Next::Settle,
    }
}

/// The usable builds, the preferred one first; at least one.
pub fn ensure(project: &Project, report: &Report, look: Look) -> Result<Vec<InterpreterBuild>> {
    let places = Places::of_this_machine(&project.data);
    let tried = project.notes().join(TRIED);
    let mut found = find(project, &places, look);
    let mut ways = ways(&places);
    if look == Look::Remembered && tried.exists() && found.iter().any(|found| found.build().is_some()) {
        ways.clear();
    }
    loop {
        let builds: Vec<InterpreterBuild> = found.iter().filter_map(Found::build).cloned().collect();
        match next(&builds, &ways) {
            Next::Done => {
                if tried.exists() {
                    fs::remove_file(&tried).with_context(|| format!("{} could not be removed.", tried.display()))?;
                }
                return Ok(builds);
            }
            Next::Settle => {
                report.warn(&settled(&builds[0]));
                return Ok(builds);
            }
            Next::GiveUp => bail!("{}", nothing(&found)),
            Next::Try(way) => {
                if let Err(error) = get(project, report, &places, way) {
                    if error.is::<Stopped>() {
                        return Err(error);
                    }
                    // The next way may do; where none does, the last sentence says so.
                    eprintln!("{}\n", sentences(&error));
                }
                fs::create_dir_all(project.notes())?;
                fs::write(&tried, "")?;
                ways.remove(0);
                found = find(project, &places, Look::Remembered);
            }
        }
    }
}

/// Every Python of this machine, with what it said when it was last asked.
pub fn find(project: &Project, places: &Places, look: Look) -> Vec<Found> {
    pythons::find(places, Memory { folder: project.notes(), look })
}

/// Prints every Python of this machine.
pub fn list(project: &Project) {
    for line in find(project, &Places::of_this_machine(&project.data), Look::Afresh).iter().map(line) {
        println!("{line}");
    }
}

fn line(found: &Found) -> String {
    let Found { executable, origin, title, verdict } = found;
    let verdict = match verdict {
        Verdict::Usable(build) => format!("usable, as {}", build.id),
        Verdict::Unusable { reason, advice } => format!("not usable: {reason} {advice}"),
    };
    let (executable, origin) = (executable.display().to_string(), origin.title());
    let name = if *title == executable { executable } else { format!("{title}  {executable}") };
    format!("{name}  ({origin})\n    {verdict}")
}

/// The ways that this machine has, the best first.
fn ways(places: &Places) -> Vec<Way> {
    let uv = uv::program(places).map(Way::Uv);
    let debian = debian::is_possible().then_some(Way::Debian);
    uv.into_iter().chain(debian).collect()
}

fn get(project: &Project, report: &Report, places: &Places, way: &Way) -> Result<()> {
    match way {
        Way::Uv(program) => uv::install(project, report, program, &places.data.join("pythons"), uv::SILENCE),
        Way::Debian => debian::install(project, report),
    }
}

fn settled(build: &InterpreterBuild) -> String {
    format!(
        "Of CPythons only {} will do here. It works, but interpreters with a GIL each are sound from 3.14 on. Get one, \
         for example with `uv python install 3.14`, then run `cargo xtask kernels`.",
        build.title()
    )
}

fn nothing(found: &[Found]) -> String {
    let unusable: Vec<String> =
        found.iter().map(|found| format!("\n  {}", line(found).replace('\n', "\n  "))).collect();
    let seen = if unusable.is_empty() { String::new() } else { format!(" These were found:{}", unusable.concat()) };
    format!(
        "No CPython was found that can be embedded: Virgil needs 3.12 or newer, better 3.14, with a shared libpython.\
         {seen}\nWhat to do: get one, for example with `uv python install 3.14` (https://docs.astral.sh/uv), and run this \
         again. If it is in an unusual place, say where: VIRGIL_PYTHONS=/path/to/python3.14 cargo xtask serve"
    )
}

#[cfg(test)]
mod tests {
    use pythons::Origin;
    use shared::Python;

    use super::*;

    fn build(minor: u8, gil: Gil) -> InterpreterBuild {
        let python = Python { major: 3, minor, micro: 1 };
        InterpreterBuild { id: format!("{python}-1a2b3c4d"), python, gil, executable: "/python".into() }
    }

    #[test]
    fn a_way_is_tried_only_where_nothing_sound_is_there() {
        let (uv, debian) = (Way::Uv("/bin/uv".into()), Way::Debian);
        let both = [uv.clone(), debian.clone()];
        for (builds, ways, expected) in [
            (vec![build(14, Gil::Present)], both.as_slice(), Next::Done),
            (vec![build(15, Gil::Present), build(12, Gil::Present)], &both, Next::Done),
            (vec![], &both, Next::Try(&uv)),
            (vec![build(13, Gil::Present)], &both, Next::Try(&uv)),
            (vec![build(14, Gil::Absent)], &both, Next::Try(&uv)),
            (vec![build(13, Gil::Present)], &both[1..], Next::Try(&debian)),
            (vec![build(13, Gil::Present)], &[], Next::Settle),
            (vec![], &[], Next::GiveUp),
        ] {
            assert_eq!(next(&builds, ways), expected, "{builds:?} {ways:?}");
        }
    }

    #[test]
    fn what_was_found_and_will_not_do_is_said() {
        let verdict = Verdict::Unusable { reason: "It is old.".into(), advice: "Get another.".into() };
        let old = Found {
            executable: "/usr/bin/python3".into(),
            origin: Origin::System,
            title: "CPython 3.11.2".into(),
            verdict,
        };
        let said = nothing(&[old]);
        assert!(said.contains("CPython 3.11.2  /usr/bin/python3  (system)"), "{said}");
        assert!(said.contains("not usable: It is old. Get another.") && said.contains("uv python install"), "{said}");
    }
}
