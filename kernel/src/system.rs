//! What is particular to an operating system: one file for each.

#[cfg(target_os = "linux")]
mod linux;

pub mod limits;

#[cfg(target_os = "linux")]
pub use linux::{
    CONDITION_AND_MUTEX_BYTES, Caught, Note, OWN_PROGRAM, Probe, Process, ProcessMemory, Wanted,
    capture_standard_output, close_standard_input, cpu_of, cpus, end_unheard, exit, expect_all, flush_c_streams,
    is_forked, let_many_wait, memory, monotonic, peek, pipe, private, published_offsets, read_all, read_now,
    receive_note, redirect_standard_output, resident, runtime, send_note, send_now, sleep_until, socket_pair, spawn,
    this_thread, thread_cpu, thread_name, thread_numbers, threads, wait_for, wait_for_any, wait_readable, waking_pipe,
    watch_forks, write_descriptor,
};

#[cfg(not(target_os = "linux"))]
compile_error!("kernels are built for Linux only so far: another system needs a file beside `linux.rs`");
