//! What is particular to an operating system: one file for each.

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub use linux::{
    OWN_PROGRAM, Process, ProcessMemory, capture_standard_output, close_standard_input, end_unheard, exit,
    flush_c_streams, is_forked, memory, monotonic, pipe, private, read_now, redirect_standard_output, resident,
    send_now, socket_pair, spawn, thread_cpu, wait_for, wait_readable, watch_forks, write_descriptor,
};

#[cfg(not(target_os = "linux"))]
compile_error!("kernels are built for Linux only so far: another system needs a file beside `linux.rs`");
