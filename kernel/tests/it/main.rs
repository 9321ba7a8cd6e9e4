//! The kernel as the runner sees it: a process that takes one lap and says what happens.

#[cfg(test)]
mod harness;

mod accounts;
mod asyncio;
mod cancelling;
mod checks;
mod desktop;
mod endings;
mod executor;
mod figures;
#[cfg(test)]
mod inputs;
mod lanes;
mod limits;
mod memory;
mod modes;
mod output;
mod pools;
mod prints;
#[cfg(test)]
mod reasons;
mod scripts;
#[cfg(test)]
mod service;
mod shown;
#[cfg(test)]
mod states;
