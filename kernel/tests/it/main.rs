//! The kernel as the runner sees it: a process that takes one lap and says what happens.

#[cfg(test)]
mod harness;

mod cancelling;
mod checks;
mod endings;
mod figures;
#[cfg(test)]
mod inputs;
mod modes;
mod output;
mod scripts;
mod shown;
