//! The file of a run: JSON lines, compressed with gzip. The first is what is known of the run at a glance and says
//! which format it is, the second what was asked for, and every further one is an event with its moment.

use std::io::{self, BufRead, BufReader, Read, Write};

use flate2::Compression;
use flate2::bufread::{GzDecoder, MultiGzDecoder};
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use shared::{KeptRun, Moment, RunEnding, RunEvent, WholeRun};

/// The word that says what a file is.
const FORMAT: &str = "virgil-run";
/// It changes when an older Virgil could misunderstand what a newer one wrote.
const VERSION: u32 = 1;
/// How much a file may hold, in bytes, once it is unpacked.
pub const MOST_UNPACKED: usize = 128 * 1024 * 1024;

/// What every version can read.
#[derive(Serialize, Deserialize)]
struct Mark {
    format: String,
    version: u32,
    #[serde(default)]
    written_by: String,
}

/// The first line.
#[derive(Serialize, Deserialize)]
struct Head {
    #[serde(flatten)]
    mark: Mark,
    #[serde(flatten)]
    run: KeptRun,
}

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Quickly: the laps need the cores.
    Fast,
    /// Well: it is made once, and goes into every copy of the program.
    Small,
}

/// Why a file can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It is something else, or was cut off.
    NotOurs,
    /// By this version, which knows more.
    Newer(String),
    /// Of this version; something in it is not as it must be.
    Spoilt(String),
    /// It is longer than a run may be.
    TooLong,
}

impl Unreadable {
    /// What to tell people of this file, and what they can do.
    pub fn sentence(&self, file: &str) -> String {
        match self {
            Unreadable::NotOurs => {
                format!("{file} is no run that Virgil has kept, or not all of it is there. Get the file again.")
            }
            Unreadable::Newer(virgil) => {
                format!(
                    "{file} was written by Virgil {virgil}, which knows more than this one. Update Virgil to see it."
                )
            }
            Unreadable::Spoilt(why) => {
                format!("{file} can't be read ({why}). Get the file again, or look into it with `zcat`.")
            }
            Unreadable::TooLong => {
                format!(
                    "{file} holds more than {} MB: no run that Virgil keeps is so long.",
                    MOST_UNPACKED / (1024 * 1024)
                )
            }
        }
    }
}

/// The file of a run.
///
/// # Errors
/// If it would be too long.
pub fn write(whole: &WholeRun, packing: Packing) -> Result<Vec<u8>, Unreadable> {
    let mut lines = Vec::new();
    line(&mut lines, &whole.request);
    for moment in &whole.moments {
        line(&mut lines, moment);
        if lines.len() > MOST_UNPACKED {
            return Err(Unreadable::TooLong);
        }
    }
    let mut file = head(&whole.kept);
    file.extend(packed(&lines, packing));
    Ok(file)
}

/// The same file with another first line.
pub fn with_head(file: &[u8], run: &KeptRun) -> Result<Vec<u8>, Unreadable> {
    // Each part is compressed by itself: what follows the first is taken as it is.
    let mut first = GzDecoder::new(file);
    io::copy(&mut (&mut first).take(MOST_UNPACKED as u64), &mut io::sink()).map_err(|_| Unreadable::NotOurs)?;
    let mut new = head(run);
    new.extend_from_slice(first.into_inner());
    Ok(new)
}

/// What is known of a run at a glance.
///
/// # Errors
/// Why its file can't be read.
pub fn read_head(file: impl BufRead) -> Result<KeptRun, Unreadable> {
    let mut first = String::new();
    let mut unpacked = BufReader::new(MultiGzDecoder::new(file).take(MOST_UNPACKED as u64));
    unpacked.read_line(&mut first).map_err(|_| Unreadable::NotOurs)?;
    read_first(&first)
}

/// All of a run. Events that this version doesn't know are left out and counted.
///
/// # Errors
/// Why its file can't be read.
pub fn read(file: &[u8]) -> Result<WholeRun, Unreadable> {
    read_within(MOST_UNPACKED, file)
}

fn read_within(most: usize, file: &[u8]) -> Result<WholeRun, Unreadable> {
    let mut unpacked = BufReader::new(MultiGzDecoder::new(file).take(most as u64 + 1));
    let mut text = String::new();
    let mut next = |text: &mut String| {
        text.clear();
        unpacked.read_line(text).map_err(|_| Unreadable::NotOurs)
    };
    let mut length = next(&mut text)?;
    let kept = read_first(&text)?;
    length += next(&mut text)?;
    let request = serde_json::from_str(&text).map_err(|error| Unreadable::Spoilt(error.to_string()))?;
    let mut whole = WholeRun { kept, request, moments: Vec::new(), left_out: 0 };
    loop {
        let read = next(&mut text)?;
        length += read;
        if length > most {
            return Err(Unreadable::TooLong);
        }
        if read == 0 {
            break;
        }
        match serde_json::from_str(&text) {
            Ok(moment) => whole.moments.push(moment),
            Err(_) => whole.left_out += 1,
        }
    }
    end(&mut whole);
    Ok(whole)
}

/// Lets every run have its ending, also one that Virgil's own end has cut off.
fn end(whole: &mut WholeRun) {
    let last = whole.moments.iter().position(|moment| matches!(moment.event, RunEvent::Ended(_)));
    match last {
        Some(last) => whole.moments.truncate(last + 1),
        None => {
            let sentence = "Virgil ended while this ran: this is what was kept of it. Press Run to run it again.";
            let at = whole.moments.last().map(|moment| moment.at).unwrap_or_default();
            let event = RunEvent::Ended(RunEnding::Impossible { sentence: sentence.into() });
            whole.moments.push(Moment { at, event });
        }
    }
}

fn read_first(text: &str) -> Result<KeptRun, Unreadable> {
    let mark: Mark = serde_json::from_str(text).map_err(|_| Unreadable::NotOurs)?;
    if mark.format != FORMAT {
        return Err(Unreadable::NotOurs);
    }
    if mark.version > VERSION {
        return Err(Unreadable::Newer(shared::run_name(&mark.written_by)));
    }
    let head: Head = serde_json::from_str(text).map_err(|error| Unreadable::Spoilt(error.to_string()))?;
    Ok(head.run)
}

fn head(run: &KeptRun) -> Vec<u8> {
    let mark = Mark { format: FORMAT.into(), version: VERSION, written_by: env!("CARGO_PKG_VERSION").into() };
    let mut first = Vec::new();
    line(&mut first, &Head { mark, run: run.clone() });
    packed(&first, Packing::Fast)
}

fn line(lines: &mut Vec<u8>, value: &impl Serialize) {
    // Plain data goes into memory: nothing of it can be refused.
    if serde_json::to_writer(&mut *lines, value).is_ok() {
        lines.push(b'\n');
    }
}

pub(super) fn packed(bytes: &[u8], packing: Packing) -> Vec<u8> {
    let level = match packing {
        Packing::Fast => Compression::fast(),
        Packing::Small => Compression::best(),
    };
    let mut packer = GzEncoder::new(Vec::new(), level);
    match packer.write_all(bytes).and_then(|()| packer.finish()) {
        Ok(packed) => packed,
        Err(_) => unreachable!("memory takes all that is written to it"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use shared::{LapEvent, Nanos, Stream};

    fn file_of(whole: &WholeRun) -> Vec<u8> {
        write(whole, Packing::Fast).unwrap()
    }

    fn fast(bytes: &[u8]) -> Vec<u8> {
        packed(bytes, Packing::Fast)
    }

    fn unpacked(file: &[u8]) -> String {
        let mut text = String::new();
        MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn what_was_written_is_read_and_the_head_alone_too() {
        let whole = sample::whole(7, "primes");
        let file = file_of(&whole);
        assert_eq!(read(&file), Ok(whole.clone()));
        assert_eq!(read_head(file.as_slice()), Ok(whole.kept));
        let text = unpacked(&file);
        assert!(text.starts_with("{\"format\":\"virgil-run\",\"version\":1,"), "{text}");
        assert_eq!(text.lines().count(), 2 + whole.moments.len());
    }

    #[test]
    fn another_head_leaves_the_rest_as_it_was() {
        let whole = sample::whole(7, "primes");
        let mut kept = whole.kept.clone();
        kept.name = "the good one".repeat(4);
        let file = with_head(&file_of(&whole), &kept).unwrap();
        assert_eq!(read(&file), Ok(WholeRun { kept, ..whole }));
    }

    #[test]
    fn events_of_another_version_are_left_out_and_what_is_new_in_others_is_skipped() {
        let whole = sample::whole(7, "primes");
        let text = unpacked(&file_of(&whole));
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines[0] = lines[0].replacen('{', "{\"mood\":\"good\",", 1);
        lines[2] = lines[2].replacen('{', "{\"colour\":\"red\",", 1);
        lines.insert(3, "{\"at\":5,\"event\":{\"Sung\":{\"song\":3}}}".into());
        let read = read(&fast(lines.join("\n").as_bytes())).unwrap();
        assert_eq!(read, WholeRun { left_out: 1, ..whole });
    }

    #[test]
    fn a_run_that_was_cut_off_has_an_ending_and_nothing_comes_after_one() {
        let whole = sample::whole(7, "primes");
        let mut cut = whole.clone();
        cut.moments.pop();
        let read_again = read(&file_of(&cut)).unwrap();
        let last = read_again.moments.last().unwrap();
        assert!(matches!(last.event, RunEvent::Ended(RunEnding::Impossible { .. })), "{last:?}");
        let mut long = whole.clone();
        let event = LapEvent::Output { worker: None, task: None, stream: Stream::Stdout, text: "late".into() };
        long.moments.push(Moment { at: Nanos(9), event: RunEvent::Lap { lap: 0, event } });
        assert_eq!(read(&file_of(&long)), Ok(whole));
    }

    #[test]
    fn what_can_not_be_read_is_said() {
        let file = file_of(&sample::whole(7, "primes"));
        let text = unpacked(&file);
        let newer = text.replacen("\"version\":1,\"written_by\":\"", "\"version\":2,\"written_by\":\"9", 1);
        for (bytes, said) in [
            (Vec::new(), "no run that Virgil has kept"),
            (b"hello".to_vec(), "no run that Virgil has kept"),
            (fast(b"{\"format\":\"virgil-run\""), "no run that Virgil has kept"),
            (fast(b"{\"format\":\"notebook\",\"version\":1}\n"), "no run that Virgil has kept"),
            (file[..file.len() / 2].to_vec(), "not all of it is there"),
            (fast(newer.as_bytes()), "written by Virgil 9"),
            (fast(b"{\"format\":\"virgil-run\",\"version\":1}\n"), "can't be read (missing field"),
            (fast(text.replacen("\"source\"", "\"sauce\"", 1).as_bytes()), "missing field `source`"),
        ] {
            let sentence = read(&bytes).unwrap_err().sentence("x.virgil");
            assert!(sentence.starts_with("x.virgil ") && sentence.contains(said), "{sentence}");
        }
    }

    #[test]
    fn little_that_unpacks_to_very_much_is_refused() {
        let head = unpacked(&file_of(&sample::whole(7, "primes")));
        let first: String = head.lines().take(2).map(|line| format!("{line}\n")).collect();
        let file = fast((first + &format!("{}\n", "x".repeat(9_999)).repeat(100)).as_bytes());
        assert!(file.len() < 20_000);
        assert_eq!(read_within(900_000, &file), Err(Unreadable::TooLong));
        assert_eq!(read(&file).map(|whole| whole.left_out), Ok(100));
    }
}
