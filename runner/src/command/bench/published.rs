//! Published measurements beside one's own, as ratios: how many times as fast as threads.

use serde::Deserialize;
use shared::{Mode, Ratio, Series, VerdictOutcome};

use super::results::{OfWorkload, Results};
use super::suite;

/// Where they stand, in the suite's folder.
const FILE: &str = "published.toml";

/// All of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    table: Vec<Published>,
}

/// What somebody has published.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// Who, when, and of what.
    pub title: String,
    /// Where it stands.
    pub source: String,
    /// On which machine.
    pub machine: String,
    /// With which Python.
    pub version: String,
    /// What was really measured.
    pub measured: String,
    /// What must be known before anybody believes it.
    pub caution: String,
    /// The workload of the suite that does the same, if one does.
    workload: Option<String>,
    unit: String,
    /// Whether more is better.
    #[serde(default)]
    more: bool,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    mode: String,
    value: f64,
}

/// One mode's.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Which.
    pub mode: Mode,
    /// What was published, with its unit.
    pub figure: String,
    /// How many times as fast as threads that is.
    pub ratio: f64,
    /// One's own, if it was measured and there is a verdict.
    pub own: Option<Ratio>,
}

/// What is published.
///
/// # Errors
/// What is wrong with the file.
pub fn published() -> Result<Vec<Published>, String> {
    let text = suite::text(FILE)?;
    toml::from_str::<File>(&text).map(|file| file.table).map_err(|error| format!("{FILE}: {error}"))
}

impl Published {
    /// Its figures as ratios, each beside one's own where there is a verdict.
    pub fn lines(&self, results: &Results) -> Vec<Line> {
        let all = results.by_workload();
        // Where nothing can be concluded, nothing is put beside what others have.
        let verdicts = results.verdicts();
        let is_trusted = |of: &&OfWorkload| {
            let mut mine = verdicts.iter().filter(|verdict| verdict.class == of.workload.class);
            mine.any(|verdict| matches!(verdict.outcome, VerdictOutcome::Concluded(_)))
        };
        let own = all.iter().find(|of| Some(&of.workload.name) == self.workload.as_ref()).filter(is_trusted);
        let threads = self.rows.iter().find(|row| row.mode == Mode::Threads.slug()).map(|row| row.value);
        let line = |row: &Row| {
            let mode: Mode = row.mode.parse().ok()?;
            let ratio = if self.more { row.value / threads? } else { threads? / row.value };
            let figure = format!("{} {}", row.value, self.unit);
            Some(Line { mode, figure, ratio, own: own.and_then(|own| beside_threads(own, mode)) })
        };
        self.rows.iter().filter_map(line).collect()
    }
}

/// How many times as fast as threads a mode was, with the most workers.
fn beside_threads(of: &OfWorkload, mode: Mode) -> Option<Ratio> {
    let most = |mode: Mode| of.series.iter().filter(move |one| one.mode == mode).max_by_key(|one| one.workers);
    let (threads, mine): (&Series, &Series) = (most(Mode::Threads)?, most(mode)?);
    let metric = threads.class.metric();
    (mode != Mode::Threads).then(|| Ratio::of(&[threads.pairs(mine, |measures| Some(measures.of(metric)))])).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::results::sample;
    use super::*;

    #[test]
    fn what_is_published_is_whole_and_stands_beside_one_s_own() {
        let tables = published().unwrap();
        assert!(tables.len() >= 4);
        let results = sample::results();
        for table in &tables {
            assert_eq!(table.lines(&results).len(), table.rows.len(), "{}: a mode isn't known", table.title);
        }
        let lines = tables[0].lines(&results);
        let ratios: Vec<_> = lines.iter().map(|line| (line.mode, (line.ratio * 100.0).round() / 100.0)).collect();
        assert_eq!(ratios[..2], [(Mode::Threads, 1.0), (Mode::Processes, 4.37)]);
        assert!(lines.iter().all(|line| line.own.is_none()), "the sample has no interpreters that completed");
        let stinner = tables.iter().find(|table| table.workload.as_deref() == Some("factorial")).unwrap();
        assert!(stinner.lines(&results).iter().all(|line| line.own.is_none()));
        let snow = tables.iter().find(|table| table.more).unwrap().lines(&results);
        assert!(snow[2].ratio > 1.4, "more requests are better: {snow:?}");
    }
}
