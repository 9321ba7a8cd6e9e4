//! How late a window was, made into its JSON form.

use shared::{Beat, FRAMES_PER_SECOND, Lateness, WindowTrack};

use crate::command::result::window::{Frame, Late, Window};

/// Of a program with a window.
pub fn window(window: &WindowTrack) -> Window {
    let frame = |beat: &Beat| Frame { due_ns: beat.due.0, late_ns: beat.late.0, busy: beat.busy };
    Window {
        frames_per_second: FRAMES_PER_SECOND,
        busy: window.frames(true).map(late),
        idle: window.frames(false).map(late),
        busy_inputs: window.inputs(true).map(late),
        idle_inputs: window.inputs(false).map(late),
        frames: window.frames.iter().map(frame).collect(),
    }
}

fn late(late: Lateness) -> Late {
    Late {
        count: late.beats,
        p50_ns: late.p50.0,
        p90_ns: late.p90.0,
        p95_ns: late.p95.0,
        p99_ns: late.p99.0,
        max_ns: late.max.0,
        missed: late.missed,
    }
}
