//! Which CPythons this machine has, and which of them a kernel can embed.
//!
//! Where to look is data, [`Places`]; [`find`] asks every Python that is there, and judges what it says. Set-up builds
//! kernels for what is usable; the doctor shows all, with the reasons.

mod found;
mod memory;
mod places;

mod find;

mod candidates;

mod ask;

mod advice;
mod judge;

mod system;

pub use find::find;
pub use found::{Found, Origin, Verdict};
pub use memory::{Look, Memory};
pub use places::{Family, Layout, Places, Root};
