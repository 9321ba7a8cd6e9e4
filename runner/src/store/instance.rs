//! One Virgil for each workspace: two would write over each other's edits and runs.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// What is held, in the workspace. It stays there: a file that is removed while somebody waits for it holds nothing.
pub const FILE: &str = ".virgil/running";

/// The workspace is this process's until this is dropped; also if the process is killed, since the system sees to it.
#[derive(Debug)]
pub struct Instance(File);

impl Instance {
    /// Takes the workspace; none where nothing can be written or the disk knows no locks.
    ///
    /// # Errors
    /// The sentence to show if another Virgil has it.
    pub fn hold(workspace: &Path) -> Result<Option<Instance>, String> {
        let path = workspace.join(FILE);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        let opened =
            made.and_then(|()| OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path));
        // That nothing can be written is said when the folder is tried out.
        let Ok(mut file) = opened else { return Ok(None) };
        match file.try_lock() {
            Ok(()) => Ok(Some(Instance(file))),
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "the workspace can't be locked: start no second Virgil with it");
                Ok(None)
            }
            Err(TryLockError::WouldBlock) => {
                let mut address = String::new();
                // Where a locked file can't be read, or nothing stands there yet, the sentence does without.
                let _ = file.read_to_string(&mut address);
                Err(taken(workspace, address.trim()))
            }
        }
    }

    /// Says where this Virgil listens, for whoever comes second.
    pub fn tell(&mut self, port: u16) {
        let Instance(file) = self;
        let told = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(format!("http://127.0.0.1:{port}/\n").as_bytes()));
        if let Err(error) = told {
            tracing::warn!(%error, "the workspace doesn't say where this Virgil listens");
        }
    }
}

fn taken(workspace: &Path, address: &str) -> String {
    let (at, link) = match address.rsplit(':').next().and_then(|port| port.strip_suffix('/')) {
        Some(port) if !address.is_empty() => (format!(" at {address}"), format!("`virgil link --port {port}`")),
        _ => (String::new(), "`virgil link`".into()),
    };
    format!(
        "A Virgil that keeps its edits in {} runs already{at}: {link} prints a link to it. Or name another folder with \
         --workspace.",
        workspace.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_has_one_virgil_and_the_second_is_told_where_the_first_is() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Instance::hold(folder.path()).unwrap().unwrap();
        let refused = Instance::hold(folder.path()).unwrap_err();
        assert!(refused.contains("runs already: `virgil link` prints"), "{refused}");
        first.tell(43_210);
        first.tell(8_765);
        #[cfg(unix)]
        {
            let refused = Instance::hold(folder.path()).unwrap_err();
            assert!(refused.contains("runs already at http://127.0.0.1:8765/: `virgil link --port 8765`"), "{refused}");
        }
        drop(first);
        assert!(Instance::hold(folder.path()).unwrap().is_some());
    }

    #[test]
    fn a_workspace_that_can_not_be_written_is_held_by_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a-file");
        fs::write(&file, "").unwrap();
        assert!(Instance::hold(&file).unwrap().is_none());
    }
}
