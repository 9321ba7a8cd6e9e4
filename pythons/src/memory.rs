//! What Pythons said last time, so that nobody waits for them twice.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::ask::{Answer, PROBE};

const FILE: &str = "pythons.json";
/// For how long a Python that gave no answer is not asked again. Each may cost ten seconds, but it may be mended.
const SILENCE_SECONDS: u64 = 3600;

/// How fresh an answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Ask every Python that is found.
    Afresh,
    /// What an unchanged file said last time still holds.
    Remembered,
}

/// Where answers are kept, as `pythons.json`, and whether they are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// The folder; it is made if need be.
    pub folder: PathBuf,
    /// Whether they are believed.
    pub look: Look,
}

/// The answers that are kept, by [`identity`].
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answers {
    /// A hash of the question: another question makes all answers worthless.
    question: String,
    kept: BTreeMap<String, Kept>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    answer: Result<Answer, String>,
    /// When it was given, in seconds since 1970.
    at: u64,
}

impl Memory {
    /// What was kept, as far as it is believed.
    pub(crate) fn recall(&self) -> Answers {
        let fresh = || Answers { question: blake3::hash(PROBE.as_bytes()).to_hex().to_string(), ..Answers::default() };
        let kept = match self.look {
            Look::Afresh => None,
            Look::Remembered => fs::read(self.folder.join(FILE)).ok(),
        };
        let kept = kept.and_then(|json| serde_json::from_slice::<Answers>(&json).ok());
        kept.filter(|kept| kept.question == fresh().question).unwrap_or_else(fresh)
    }

    /// Keeps exactly these. Where that is impossible, the next look takes longer and finds the same.
    pub(crate) fn keep(&self, answers: &Answers) {
        if let Ok(json) = serde_json::to_vec_pretty(answers) {
            let _ = fs::create_dir_all(&self.folder).and_then(|()| fs::write(self.folder.join(FILE), json));
        }
    }
}

impl Answers {
    /// None of these, but to the same question.
    pub fn emptied(&self) -> Answers {
        Answers { question: self.question.clone(), kept: BTreeMap::new() }
    }

    /// What this file said.
    pub fn of(&self, identity: &str) -> Option<Result<Answer, String>> {
        let kept = self.kept.get(identity)?;
        match &kept.answer {
            // What a script or a link leads to can go while they stay.
            Ok(answer) => Path::new(&answer.executable).is_file().then(|| kept.answer.clone()),
            Err(_) => (now() < kept.at + SILENCE_SECONDS).then(|| kept.answer.clone()),
        }
    }

    /// Notes what this file says, or said before.
    pub fn note(&mut self, identity: String, answer: Result<Answer, String>, before: &Answers) {
        let same = before.kept.get(&identity).filter(|kept| kept.answer == answer);
        let kept = same.cloned().unwrap_or_else(|| Kept { answer, at: now() });
        self.kept.insert(identity, kept);
    }
}

/// Path, size and time of what a path leads to, so that a new file is asked again; none if there is nothing.
pub(crate) fn identity(path: &Path) -> Option<String> {
    let data = fs::metadata(path).ok()?;
    let modified = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{} {} {modified}", path.display(), data.len()))
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
