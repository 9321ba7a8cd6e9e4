//! What the lines of modes look like, so that they are told apart without colours: a symbol for each, dashes for those whose
//! tasks the standard library hands out.

use charming::element::{LineStyleType, Symbol};
use shared::{Group, Mode};

/// Symbols that ECharts doesn't have.
const PLUS: &str = "path://M4 0h2v4h4v2h-4v4h-2v-4h-4v-2h4z";
const CROSS: &str = "path://M1.5 0L5 3.5L8.5 0L10 1.5L6.5 5L10 8.5L8.5 10L5 6.5L1.5 10L0 8.5L3.5 5L0 1.5z";
const STAR: &str = "path://M5 0L6.2 3.8L10 3.8L6.9 6.1L8.1 10L5 7.6L1.9 10L3.1 6.1L0 3.8L3.8 3.8z";
const HOUSE: &str = "path://M5 0L10 4V10H0V4z";

/// What stands at a measured point.
pub fn symbol(mode: Mode) -> Symbol {
    match mode {
        Mode::Sequential => Symbol::Rect,
        Mode::Threads => Symbol::Triangle,
        Mode::Subinterpreters => Symbol::Circle,
        Mode::Processes => Symbol::Diamond,
        Mode::FreeThreaded | Mode::Asyncio => Symbol::RoundRect,
        Mode::SharedGil => Symbol::Arrow,
        Mode::ThreadPool => Symbol::Custom(PLUS.into()),
        Mode::InterpreterPool => Symbol::Custom(HOUSE.into()),
        Mode::ProcessPoolForkserver => Symbol::Custom(CROSS.into()),
        Mode::ProcessPoolSpawn => Symbol::Custom(STAR.into()),
    }
}

/// Points that fall on one another are all seen.
pub fn symbol_size(mode: Mode) -> f64 {
    match mode {
        Mode::Sequential | Mode::Threads | Mode::FreeThreaded | Mode::SharedGil | Mode::Asyncio => 16.0,
        Mode::ThreadPool | Mode::InterpreterPool | Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn => 15.0,
        Mode::Subinterpreters => 21.0,
        Mode::Processes => 13.0,
    }
}

/// The line between measured points.
pub fn stroke(mode: Mode) -> LineStyleType {
    match mode.group() {
        Group::Native => LineStyleType::Solid,
        Group::Stdlib => LineStyleType::Dashed,
    }
}
