//! What a benchmark's laps come to: a verdict for each class of workload, computed, with its spread, or a refusal.
//!
//! Everything is asked of [`BenchLap`]s, the few figures that are kept of a lap, so that a verdict can be given again of a
//! file. Native modes and the standard library's executors have verdicts of their own: what hands out their tasks differs.

pub mod badge;
pub mod brake;
pub mod class;
pub mod conclude;
pub mod conditions;
pub mod lap;
pub mod ratio;
pub mod series;
pub mod stability;
pub mod words;

#[cfg(test)]
mod tests;
