//! What is installed: the lock file of the content.

/// Names, versions and hashes, for all systems.
pub const LOCK: &str = include_str!("../../../exercises/requirements.lock");
/// What the exercises name themselves; the rest is what these need.
const WANTED: &str = include_str!("../../../exercises/requirements.txt");

/// Names the lock file's text.
pub fn hash() -> String {
    blake3::hash(LOCK.as_bytes()).to_hex()[..8].to_owned()
}

/// How many packages the lock file has.
pub fn count() -> u32 {
    entries(LOCK).count() as u32
}

/// The packages that the exercises use themselves, as `flask 3.1.3`.
pub fn wanted() -> Vec<String> {
    let wanted: Vec<&str> = lines(WANTED).collect();
    entries(LOCK).filter(|(name, _)| wanted.contains(name)).map(|(name, version)| format!("{name} {version}")).collect()
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
        let names: Vec<String> = wanted().iter().filter_map(|it| Some(it.split_once(' ')?.0.to_owned())).collect();
        assert_eq!(names, lines(WANTED).collect::<Vec<_>>(), "requirements.lock is older than requirements.txt");
        assert!(!LOCK.contains("://") && !LOCK.contains("--index-url"), "an address stands in the lock file");
        let blocks = LOCK.split("--hash=sha256:").count() - 1;
        assert!(blocks >= count() as usize && count() > 0);
    }

    #[test]
    fn an_entry_is_a_name_and_a_version() {
        let text = "# made\nflask==3.1.3 \\\n    --hash=sha256:0\ncolorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:1\n";
        assert_eq!(entries(text).collect::<Vec<_>>(), [("flask", "3.1.3"), ("colorama", "0.4.6")]);
    }
}
