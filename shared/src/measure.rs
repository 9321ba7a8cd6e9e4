//! Arithmetic on what was measured: medians, their spread, what may be said of them, and whether all laps returned the
//! same. Warm-up laps count in none of it.

pub mod amdahl;
pub mod beside;
pub mod between;
pub mod bootstrap;
pub mod difference;
pub mod group;
pub mod load;
pub mod reason;
pub mod statistics;
pub mod verdict;
pub mod warning;
pub mod window;

#[cfg(test)]
pub mod sample;
