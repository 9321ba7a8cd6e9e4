//! The kernel as the runner sees it: a process that takes one lap and says what happens.

#[cfg(test)]
mod harness;

mod accounts;
mod cancelling;
mod checks;
mod endings;
mod figures;
#[cfg(test)]
mod inputs;
mod memory;
mod modes;
mod output;
mod scripts;
mod shown;
