//! What is installed: the lock file of the content, and the module `virgil`.

/// Names, versions and hashes, for all systems.
pub const LOCK: &str = include_str!("../../../exercises/requirements.lock");
/// What the exercises name themselves; the rest is what these need.
const WANTED: &str = include_str!("../../../exercises/requirements.txt");
/// The module with which a learner's file runs with plain Python.
pub const MODULE: &str = include_str!("../../python/virgil.py");
/// With this begin the names of what only some Pythons and systems have files for: the rest is of use without.
const OPTIONAL: &str = "pyqt6";

/// Names all that is installed.
pub fn hash() -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(LOCK.as_bytes()).update(MODULE.as_bytes());
    hasher.finalize().to_hex()[..8].to_owned()
}

/// How many packages a lock file has.
pub fn count(lock: &str) -> u32 {
    entries(lock).count() as u32
}

/// The packages in a lock file that the exercises use themselves, as `flask 3.1.3`.
pub fn wanted(lock: &str) -> Vec<String> {
    let wanted: Vec<&str> = lines(WANTED).collect();
    entries(lock).filter(|(name, _)| wanted.contains(name)).map(|(name, version)| format!("{name} {version}")).collect()
}

/// Whether the others are of use without it.
pub fn is_optional(package: &str) -> bool {
    package.starts_with(OPTIONAL)
}

/// The lock file of those that nobody can do without.
pub fn necessary() -> String {
    let mut kept = true;
    let lines = LOCK.split_inclusive('\n').filter(|line| {
        // What follows an entry's first line is indented.
        if !line.starts_with(char::is_whitespace) {
            kept = !is_optional(line);
        }
        kept
    });
    lines.collect()
}

/// Names and versions.
fn entries(lock: &str) -> impl Iterator<Item = (&str, &str)> {
    lines(lock).filter_map(|line| {
        let (name, rest) = line.split_once("==")?;
        Some((name, rest.split([' ', ';', '\\']).next()?))
    })
}

/// What stands at the start of a line and is no comment.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_alphanumeric())).map(str::trim_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wanted_is_locked_with_hashes_and_without_an_address() {
        let names: Vec<String> = wanted(LOCK).iter().filter_map(|it| Some(it.split_once(' ')?.0.to_owned())).collect();
        assert_eq!(names, lines(WANTED).collect::<Vec<_>>(), "requirements.lock is older than requirements.txt");
        assert!(!LOCK.contains("://") && !LOCK.contains("--index-url"), "an address stands in the lock file");
        let blocks = LOCK.split("--hash=sha256:").count() - 1;
        assert!(blocks >= count(LOCK) as usize && count(LOCK) > 0);
    }

    #[test]
    fn what_is_optional_can_be_left_out_with_its_hashes() {
        let necessary = necessary();
        assert_eq!(wanted(LOCK).len(), wanted(&necessary).len() + 1);
        assert_eq!(count(LOCK), count(&necessary) + 3, "PyQt6, Qt and sip");
        assert!(!necessary.contains("pyqt6") && LOCK.starts_with(necessary.split("priority").next().unwrap()));
        let blocks = |text: &str| text.split("--hash=sha256:").count() - 1;
        assert!(blocks(&necessary) < blocks(LOCK) - 10);
    }

    #[test]
    fn an_entry_is_a_name_and_a_version() {
        let text = "# made\nflask==3.1.3 \\\n    --hash=sha256:0\ncolorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:1\n";
        assert_eq!(entries(text).collect::<Vec<_>>(), [("flask", "3.1.3"), ("colorama", "0.4.6")]);
    }
}
