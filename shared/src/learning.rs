//! What people learn by besides running code, and how far they have come.

pub mod act;
pub mod guess;
pub mod progress;
pub mod quiz;
pub mod tally;
