//! Where the JSON goes.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::exit::Refusal;

/// Where the JSON goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// To standard output.
    Output,
    /// Into a file of this name, whole or not at all.
    File(PathBuf),
    /// Into something that is there and no file, such as a pipe.
    Stream(PathBuf),
}

impl Destination {
    /// That which the command line names; tried, since the run may take long.
    ///
    /// # Errors
    /// Why nothing could be written there, and what to do.
    pub fn find(path: &Path) -> Result<Destination, Refusal> {
        if path.as_os_str() == "-" {
            return Ok(Destination::Output);
        }
        let refuse = |error: io::Error| Refusal::usage(sentence(path, &error));
        let found = match fs::metadata(path) {
            Ok(found) if found.is_dir() => return Err(refuse(ErrorKind::IsADirectory.into())),
            Ok(found) if !found.is_file() => return Ok(Destination::Stream(path.to_owned())),
            // Where a link points: the link is to stay one.
            Ok(_) => path.canonicalize(),
            Err(error) if error.kind() == ErrorKind::NotFound => std::path::absolute(path),
            Err(error) => Err(error),
        };
        let file = found.map_err(refuse)?;
        beside(&file).map_err(refuse)?;
        Ok(Destination::File(file))
    }

    /// Writes the JSON, but not to standard output, which is the screen's.
    ///
    /// # Errors
    /// Why it can't be written, and what to do.
    pub fn write(&self, text: &str) -> Result<(), Refusal> {
        let (path, written) = match self {
            Destination::Output => return Ok(()),
            Destination::Stream(path) => {
                (path, File::options().write(true).open(path).and_then(|mut to| to.write_all(text.as_bytes())))
            }
            Destination::File(file) => (file, replace(file, text)),
        };
        written.map_err(|error| Refusal::failed(sentence(path, &error)))
    }
}

/// Written beside, synced and renamed: a reader sees the old one or the new one.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let mut new = beside(file)?;
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    new.persist(file)?;
    Ok(())
}

/// A new file in the same folder that is gone when this is dropped, with the rights that the file has or would have.
fn beside(file: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".virgil-");
    // What is asked for is lessened by the user's mask, as for every new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let new = builder.tempfile_in(file.parent().unwrap_or(Path::new(".")))?;
    if let Ok(old) = fs::metadata(file) {
        new.as_file().set_permissions(old.permissions())?;
    }
    Ok(new)
}

fn sentence(path: &Path, error: &io::Error) -> String {
    let shown = path.display();
    match error.kind() {
        ErrorKind::IsADirectory => format!("{shown} is a folder: name a file in it."),
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            format!("There is no folder for {shown}: make it, or give it another name.")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            format!("{shown} can't be written, since the disk is full: free some space, or give it another name.")
        }
        _ => format!("{shown} can't be written ({error}): allow it, or give it another name."),
    }
}
