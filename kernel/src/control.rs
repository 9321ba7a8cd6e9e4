//! What the runner says while a lap is executed.

use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use shared::{Ending, KernelCommand, StopStage};

use crate::{cancel, desktop, ending, pipe, service, system};

/// The runner kills what doesn't end much earlier. This is for one that doesn't.
const PATIENCE: Duration = Duration::from_secs(1);

/// Reads commands from now on, on a thread of its own that Python code can't hold up.
///
/// # Errors
/// If the thread can't be started.
pub fn listen(mut stream: UnixStream) -> std::io::Result<()> {
    let listening = move || {
        loop {
            match pipe::read(&mut stream) {
                Ok(KernelCommand::Cancel) => cancel(),
                Ok(KernelCommand::Drain) => service::drain(),
                Ok(KernelCommand::Touch(touch)) => desktop::pictures::touch(touch),
                // A kernel has one lap: a second is not sent.
                Ok(KernelCommand::Lap(_)) => {}
                Err(error) => system::end_unheard(&error),
            }
        }
    };
    thread::Builder::new().name("control".into()).spawn(listening).map(drop)
}

fn cancel() {
    cancel::request();
    let watching = || {
        thread::sleep(PATIENCE);
        ending::end(Ending::Stopped(StopStage::Killing))
    };
    // Without the thread the runner's patience decides.
    let _ = thread::Builder::new().name("patience".into()).spawn(watching);
}
