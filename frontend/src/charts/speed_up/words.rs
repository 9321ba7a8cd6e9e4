//! What the speed-ups say, in words.

use shared::{Amdahl, Group, Mode, Run, SerialShare, SourceKind, SpeedUp};

use super::super::story;
use crate::text::{count, spread};

/// A limit above this says nothing of any machine of today.
const FAR: f64 = 1000.0;

/// What the picture shows, in words.
pub fn sentence(run: &Run, cores: u32, points: &[SpeedUp], fits: &[(Mode, Amdahl)]) -> String {
    if run.laps.iter().any(|lap| lap.kind == Some(SourceKind::Script)) {
        return "A script runs once: there is nothing to compare.".into();
    }
    if !run.laps.iter().any(|lap| lap.plan.mode == Mode::Sequential) {
        return "There is no baseline: tick Sequential and run again to see the speed-up.".into();
    }
    let of_group =
        |group: Group| points.iter().copied().filter(|point| point.mode.group() == group).collect::<Vec<_>>();
    let (native, stdlib) = (story::winner(&of_group(Group::Native)), story::winner(&of_group(Group::Stdlib)));
    let Some(best) = native.or(stdlib) else {
        let parallel = run.laps.iter().any(|lap| lap.plan.mode.is_parallel());
        return match (run.is_over(), parallel) {
            (_, false) => "Tick a mode besides Sequential to compare it.".into(),
            (true, _) => "Too few laps were completed to compare.".into(),
            (false, _) => "Points appear as laps are completed.".into(),
        };
    };
    let caution = if best.workers > cores {
        format!(" This machine has {}: more workers than that can't help.", count(u64::from(cores), "core"))
    } else if best.ratio > 1.05 * f64::from(best.workers) {
        " That is more than ideal: something else kept the machine busy. Run it again.".to_owned()
    } else {
        String::new()
    };
    let said = |best: SpeedUp| {
        let workers = count(u64::from(best.workers), "worker");
        format!("{} with {workers}, {} as fast as sequential", best.mode.slug(), spread(&best))
    };
    let each = match points.iter().map(|point| point.rounds).max() {
        Some(0 | 1) | None => "one measurement".to_owned(),
        Some(2) => "the median of 2 rounds, with their range".to_owned(),
        Some(rounds) => format!("the median of {rounds} rounds, with its 95 % interval"),
    };
    let own = stdlib.map(|best| format!(" {} best of them {}.", story::OWN_DISPATCHER, said(best))).unwrap_or_default();
    let native = native.map(|best| format!("Best: {} (ideal: {}).", said(best), best.workers)).unwrap_or_default();
    let law = law(run, cores, fits);
    format!("{native}{own} Each point is {each}.{law}{caution}").trim_start().to_owned()
}

/// A share as people read it: `4.0 %`.
pub fn percent(SerialShare(share): SerialShare) -> String {
    format!("{:.1} %", share * 100.0)
}

/// What Amdahl's law says, or why it says nothing.
fn law(run: &Run, cores: u32, fits: &[(Mode, Amdahl)]) -> String {
    if fits.iter().all(|(_, fit)| *fit == Amdahl::TooFew) {
        return match (run.is_over(), cores) {
            (false, _) => String::new(),
            (true, ..=2) => " A curve by Amdahl's law needs three cores or more.".to_owned(),
            (true, _) => format!(" For a curve by Amdahl's law, tick two worker counts from 2 to {cores}."),
        };
    }
    let of_group = |group: Group| {
        let mine = || fits.iter().filter(move |(mode, _)| mode.group() == group);
        let shares: Vec<String> = mine()
            .filter_map(|(mode, fit)| match fit {
                Amdahl::Fitted(share) => {
                    let limit = share.limit().filter(|limit| *limit < FAR);
                    let limit = limit.map(|limit| format!(", so never more than {limit:.0} times")).unwrap_or_default();
                    Some(format!("{} {}{limit}", mode.slug(), percent(*share)))
                }
                Amdahl::TooFew | Amdahl::Unfitting => None,
            })
            .collect();
        let unfit: Vec<&str> =
            mine().filter(|(_, fit)| *fit == Amdahl::Unfitting).map(|(mode, _)| mode.slug()).collect();
        let whose = match group {
            Group::Native => "",
            Group::Stdlib => " with the executors' own dispatcher",
        };
        let mut said = String::new();
        if !shares.is_empty() {
            said += &format!(" Serial share by Amdahl's law{whose}: {}.", shares.join("; "));
        }
        if !unfit.is_empty() {
            said += &format!(" The law does not fit {}{whose}.", unfit.join(" and "));
        }
        said
    };
    Group::ALL.map(of_group).concat()
}
