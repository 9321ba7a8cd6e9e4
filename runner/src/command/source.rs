//! The files that the command line names: read whole, and refused with a sentence.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use shared::MAX_SOURCE_BYTES;

use super::exit::Refusal;

/// The name of standard input's text in tracebacks, as Python has it.
const STANDARD_INPUT: &str = "<stdin>";
/// What some editors put at a file's beginning.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A Python file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// All of it.
    pub text: String,
    /// Its absolute path.
    pub file: PathBuf,
    /// The folder in which it runs.
    pub folder: PathBuf,
}

impl Source {
    /// Reads a file, or standard input where it is called `-`.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub fn read(path: &Path) -> Result<Source, Refusal> {
        let (name, bytes) = match path.as_os_str() == "-" {
            true => (Path::new(STANDARD_INPUT), bounded(io::stdin().lock())),
            false => (path, open(path).and_then(bounded)),
        };
        let shown = name.display();
        let bytes = bytes.map_err(|error| Refusal::usage(unreadable(name, &error)))?;
        let text = decode(&bytes).map_err(|flaw| Refusal::usage(format!("{shown} {flaw}")))?;
        let file = std::path::absolute(name).map_err(|error| {
            Refusal::usage(format!("The folder of {shown} can't be found ({error}): go to another."))
        })?;
        if file.to_str().is_none() {
            return Err(Refusal::usage(format!("The path {shown} is not UTF-8: rename the file or its folder.")));
        }
        let folder = file.parent().unwrap_or(Path::new("/")).to_owned();
        Ok(Source { text, file, folder })
    }
}

fn open(path: &Path) -> io::Result<File> {
    // Some systems open folders, and fail only when one is read.
    if fs::metadata(path)?.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    File::open(path)
}

/// As much as is needed to see that it is too long.
fn bounded(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take((BYTE_ORDER_MARK.len() + MAX_SOURCE_BYTES + 1) as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> String {
    let shown = path.display();
    match error.kind() {
        ErrorKind::NotFound => format!("There is no file {shown}: check its name, and the folder that you are in."),
        ErrorKind::IsADirectory => format!("{shown} is a folder: name a Python file in it."),
        ErrorKind::PermissionDenied => {
            format!("{shown} may not be read by you: allow it, as with `chmod u+r {shown}`.")
        }
        _ => format!("{shown} can't be read ({error}): copy it to another place, and run that."),
    }
}

/// The text without its byte order mark, or what is wrong with it.
fn decode(bytes: &[u8]) -> Result<String, String> {
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mark = bytes.len() - text.len();
    if text.len() > MAX_SOURCE_BYTES {
        let most = MAX_SOURCE_BYTES / 1024;
        return Err(format!("is longer than {most} KiB, the most that is run. Move data into a file that it reads."));
    }
    let text = str::from_utf8(text).map_err(|error| {
        let valid = error.valid_up_to();
        let line = text[..valid].iter().filter(|&&byte| byte == b'\n').count() + 1;
        format!(
            "is not UTF-8: byte {} (0x{:02x}, in line {line}) doesn't fit. Save it as UTF-8: your editor can, and so \
             can `iconv -f LATIN1 -t UTF-8`, if it is Latin-1.",
            mark + valid,
            text[valid]
        )
    })?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf_8_and_not_too_long() {
        let longest = vec![b'#'; MAX_SOURCE_BYTES];
        for (bytes, text) in [
            (&b"print('x')\n"[..], "print('x')\n"),
            (b"\xef\xbb\xbfx = 1", "x = 1"),
            ("ä\r\n".as_bytes(), "ä\r\n"),
            (b"", ""),
            (&longest, str::from_utf8(&longest).unwrap()),
        ] {
            assert_eq!(decode(bytes).as_deref(), Ok(text));
        }
        for (bytes, said) in [
            (&b"a = 1\nb = '\xe9'\n"[..], "byte 11 (0xe9, in line 2)"),
            (b"\xff\xfex\0", "byte 0 (0xff, in line 1)"),
            (b"\xef\xbb\xbf\xe9", "byte 3 (0xe9, in line 1)"),
            (b"cut \xc3", "byte 4"),
            (&[longest.as_slice(), b"#"].concat(), "longer than 512 KiB"),
        ] {
            let sentence = decode(bytes).unwrap_err();
            assert!(sentence.contains(said), "{sentence}");
        }
    }
}
