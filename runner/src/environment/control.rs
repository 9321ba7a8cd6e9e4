//! A hand on whoever makes an environment, from another thread: hold, go on, end.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::system::{self, Pid};

/// How often is looked whether a program has ended.
const INTERVAL: Duration = Duration::from_millis(20);

/// Holds and ends the programs that make an environment; clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Control(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The program that works now, not yet waited for: its number can't be anybody else's.
    working: Option<Pid>,
    held: bool,
    was_held: bool,
    ended: bool,
}

impl Control {
    /// Nothing of it takes any processor time from now on.
    pub fn hold(&self) {
        let mut state = self.state();
        state.held = true;
        state.was_held |= state.working.is_some();
        state.working.into_iter().for_each(system::hold);
    }

    /// It goes on.
    pub fn go_on(&self) {
        let mut state = self.state();
        state.held = false;
        state.working.into_iter().for_each(system::go_on);
    }

    /// It ends now, and nothing more is started.
    pub fn end(&self) {
        let mut state = self.state();
        state.ended = true;
        state.working.into_iter().for_each(system::end);
    }

    /// Whether it was told to end.
    pub fn is_ended(&self) -> bool {
        self.state().ended
    }

    /// Whether it was held since this was asked last: what waited for an answer then may have lost it.
    pub fn was_held(&self) -> bool {
        std::mem::take(&mut self.state().was_held)
    }

    /// Starts a program.
    pub(super) fn start(&self, command: &mut Command) -> io::Result<Child> {
        let mut state = self.state();
        if state.ended {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let child = system::start_helper(command)?;
        let pid = child.id() as Pid;
        state.working = Some(pid);
        if state.held {
            state.was_held = true;
            system::hold(pid);
        }
        Ok(child)
    }

    /// Waits for it.
    pub(super) fn wait(&self, child: &mut Child) -> io::Result<ExitStatus> {
        loop {
            let mut state = self.state();
            if let Some(status) = child.try_wait()? {
                state.working = None;
                if state.ended {
                    system::bury(child.id() as Pid);
                }
                return Ok(status);
            }
            drop(state);
            thread::sleep(INTERVAL);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
