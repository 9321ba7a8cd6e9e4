//! `virgil run` with the kernel of the preferred Python: what it prints, how it exits, and that nothing is left.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also in its helpers")]

mod bench;

mod benchmark;
mod endings;
mod load;
mod result;
mod screen;
mod stop;
mod window;
