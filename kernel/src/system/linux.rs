//! Linux: descriptors, clocks and processes.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::time::Duration;

use shared::Cause;

mod memory;
mod sockets;
mod threads;

pub use memory::{Process, ProcessMemory, expect_all, memory, resident};
pub use sockets::{Note, Wanted, let_many_wait, receive_note, send_note, wait_for_any};
pub use threads::{
    CONDITION_AND_MUTEX_BYTES, Caught, Probe, cpus, peek, published_offsets, runtime, sleep_until, this_thread,
    thread_name, thread_numbers, threads,
};

/// Private descriptors start here, out of the way of code that thinks of low numbers as its own.
const FIRST_PRIVATE_DESCRIPTOR: RawFd = 200;

/// Moves a descriptor to a high number that no other program inherits.
///
/// # Errors
/// If it isn't open, or no descriptor is left.
pub fn private(descriptor: OwnedFd) -> io::Result<OwnedFd> {
    // SAFETY: the descriptor is open, since `OwnedFd` owns it; the new one is owned by nobody else.
    let moved = unsafe { libc::fcntl(descriptor.as_raw_fd(), libc::F_DUPFD_CLOEXEC, FIRST_PRIVATE_DESCRIPTOR) };
    let moved = checked(moved)?;
    // SAFETY: fcntl has just made it.
    Ok(unsafe { OwnedFd::from_raw_fd(moved) })
}

/// A socket pair on private descriptors.
///
/// # Errors
/// If no descriptor is left.
pub fn socket_pair() -> io::Result<(UnixStream, UnixStream)> {
    let (near, far) = UnixStream::pair()?;
    Ok((private(near.into())?.into(), private(far.into())?.into()))
}

/// A pipe on private descriptors, the end to read first.
///
/// # Errors
/// If no descriptor is left.
pub fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (read, write) = io::pipe()?;
    Ok((private(read.into())?, private(write.into())?))
}

/// A pipe that wakes whoever waits until it can be read, the end to read first: nobody waits in a call for either end.
///
/// # Errors
/// If no descriptor is left, or the system refuses it.
pub fn waking_pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (read, write) = pipe()?;
    never_wait(&read)?;
    never_wait(&write)?;
    Ok((read, write))
}

/// From now on standard input is at its end.
///
/// # Errors
/// If `/dev/null` can't be opened.
pub fn close_standard_input() -> io::Result<()> {
    let nothing = std::fs::File::open("/dev/null")?;
    duplicate_to(nothing.as_raw_fd(), libc::STDIN_FILENO)
}

/// From now on what is written to descriptors 1 and 2, by whatever code, comes out of the returned pipe.
///
/// # Errors
/// If no descriptor is left.
pub fn capture_standard_output() -> io::Result<OwnedFd> {
    let (read, write) = pipe()?;
    redirect_standard_output(write)?;
    Ok(read)
}

/// From now on what is written to descriptors 1 and 2, by whatever code, goes to this one.
///
/// # Errors
/// If it isn't open.
pub fn redirect_standard_output(output: OwnedFd) -> io::Result<()> {
    duplicate_to(output.as_raw_fd(), libc::STDOUT_FILENO)?;
    duplicate_to(output.as_raw_fd(), libc::STDERR_FILENO)?;
    buffer_c_streams_by_line();
    Ok(())
}

fn duplicate_to(descriptor: RawFd, number: RawFd) -> io::Result<()> {
    // SAFETY: dup2 takes any two numbers.
    checked(unsafe { libc::dup2(descriptor, number) }).map(|_| ())
}

/// Lets lines that C code prints appear at once; the C library would keep them until its buffer is full.
fn buffer_c_streams_by_line() {
    unsafe extern "C" {
        static stdout: *mut libc::FILE;
    }
    // SAFETY: the C library initialises its `stdout` before `main`, and a null buffer lets it allocate one.
    unsafe { libc::setvbuf(stdout, std::ptr::null_mut(), libc::_IOLBF, 0) };
}

/// Writes out what C code has printed and the C library still holds.
pub fn flush_c_streams() {
    // SAFETY: null stands for all streams.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}

/// Sends what fits into the socket's buffer now, without waiting: the number of bytes sent.
///
/// # Errors
/// If nobody is at the other end any more.
pub fn send_now(socket: &UnixStream, bytes: &[u8]) -> io::Result<usize> {
    let flags = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;
    // SAFETY: pointer and length are those of a live slice.
    let sent = unsafe { libc::send(socket.as_raw_fd(), bytes.as_ptr().cast(), bytes.len(), flags) };
    match usize::try_from(sent) {
        Ok(sent) => Ok(sent),
        Err(_) => match io::Error::last_os_error() {
            error if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
            error if error.kind() == io::ErrorKind::Interrupted => Ok(0),
            error => Err(error),
        },
    }
}

/// Reads what can be read now, and forgets it.
pub fn read_all(descriptor: &OwnedFd) {
    let mut room = [0_u8; 512];
    // SAFETY: pointer and length are those of a live array.
    while unsafe { libc::read(descriptor.as_raw_fd(), room.as_mut_ptr().cast(), room.len()) } == room.len() as isize {}
}

/// Nobody waits for this descriptor in a call from now on.
///
/// # Errors
/// If the system refuses it.
fn never_wait(descriptor: &OwnedFd) -> io::Result<()> {
    // SAFETY: the descriptor is open; the calls change nothing but its flags.
    let set = unsafe {
        let flags = libc::fcntl(descriptor.as_raw_fd(), libc::F_GETFL);
        libc::fcntl(descriptor.as_raw_fd(), libc::F_SETFL, flags | libc::O_NONBLOCK)
    };
    if set < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Writes to a numbered descriptor, as far as that works: for a forked process, which has no other way out.
pub fn write_descriptor(number: RawFd, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        // SAFETY: pointer and length are those of a live slice.
        let written = unsafe { libc::write(number, bytes.as_ptr().cast(), bytes.len()) };
        match usize::try_from(written) {
            Ok(written) => bytes = &bytes[written..],
            Err(_) if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// Which of two descriptors can be read, or has been closed at its other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readable {
    /// The first.
    pub first: bool,
    /// The second.
    pub second: bool,
}

/// Waits until one of two descriptors can be read, or the time is over.
pub fn wait_readable(first: &OwnedFd, second: &OwnedFd, timeout: Option<Duration>) -> Readable {
    let watch = |descriptor: &OwnedFd| libc::pollfd { fd: descriptor.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    let mut descriptors = [watch(first), watch(second)];
    let timeout = timeout.map_or(-1, |timeout| timeout.as_millis() as libc::c_int);
    // SAFETY: two descriptors are given, and two is said.
    unsafe { libc::poll(descriptors.as_mut_ptr(), 2, timeout) };
    Readable { first: descriptors[0].revents != 0, second: descriptors[1].revents != 0 }
}

/// Reads what is there, without waiting: none if nothing is there now, 0 at the end.
pub fn read_now(descriptor: &OwnedFd, buffer: &mut [u8]) -> Option<usize> {
    let nothing = Readable { first: false, second: false };
    if wait_readable(descriptor, descriptor, Some(Duration::ZERO)) == nothing {
        return None;
    }
    // SAFETY: pointer and length are those of a live slice.
    let read = unsafe { libc::read(descriptor.as_raw_fd(), buffer.as_mut_ptr().cast(), buffer.len()) };
    usize::try_from(read).ok()
}

/// Nanoseconds on the clock that never goes back, the same in every process.
pub fn monotonic() -> u64 {
    clock(libc::CLOCK_MONOTONIC)
}

/// Nanoseconds of CPU time that this thread has spent.
pub fn thread_cpu() -> u64 {
    clock(libc::CLOCK_THREAD_CPUTIME_ID)
}

/// Nanoseconds of CPU time that a thread of this process has spent; none if it has ended.
pub fn cpu_of(thread: u32) -> Option<u64> {
    clock_if_there(threads::clock_of(thread))
}

/// One that exists on every Linux.
fn clock(id: libc::clockid_t) -> u64 {
    clock_if_there(id).unwrap_or_default()
}

/// What a clock says, in nanoseconds; none if there is no such clock any more.
fn clock_if_there(id: libc::clockid_t) -> Option<u64> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a live timespec.
    let failed = unsafe { libc::clock_gettime(id, &mut time) } != 0;
    (!failed).then_some(time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64)
}

/// This very program, even if its file was replaced meanwhile.
pub const OWN_PROGRAM: &str = "/proc/self/exe";

/// Starts a process that finds `socket` as its descriptor 3, `output` as its descriptors 1 and 2, and `channel`, if
/// there is one, as its descriptor 4.
///
/// # Errors
/// If it can't be started.
pub fn spawn(
    command: &mut Command,
    socket: &UnixStream,
    output: &OwnedFd,
    channel: Option<&OwnedFd>,
) -> io::Result<Child> {
    let (socket, output, channel) = (socket.as_raw_fd(), output.as_raw_fd(), channel.map(AsRawFd::as_raw_fd));
    // SAFETY: between fork and exec only dup2 is called, which is async-signal-safe. The private numbers are higher
    // than 4, so dup2 makes a real duplicate, which is inherited.
    unsafe {
        command.pre_exec(move || {
            duplicate_to(output, libc::STDOUT_FILENO)?;
            duplicate_to(output, libc::STDERR_FILENO)?;
            channel.map_or(Ok(()), |channel| duplicate_to(channel, 4))?;
            duplicate_to(socket, 3)
        });
    }
    command.spawn()
}

/// Waits for the end of a child process: why it ended, and the most memory that it held, in bytes.
pub fn wait_for(child: u32) -> (Cause, Option<u64>) {
    let mut status = 0;
    // SAFETY: all-zero is a valid rusage.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to live values.
        let waited = unsafe { libc::wait4(child as libc::pid_t, &mut status, 0, &mut usage) };
        if waited > 0 {
            break;
        }
        if io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            // Somebody else waited for it: how it ended is not known any more.
            return (Cause::Exit(-1), None);
        }
    }
    let cause = if libc::WIFSIGNALED(status) {
        Cause::Signal(libc::WTERMSIG(status))
    } else {
        match libc::WEXITSTATUS(status) {
            shared::UNHEARD_STATUS => Cause::Unheard,
            status => Cause::Exit(status),
        }
    };
    // Linux counts in KiB.
    (cause, u64::try_from(usage.ru_maxrss).ok().map(|kibibytes| kibibytes * 1024))
}

/// Ends this process at once, without running anything.
pub fn exit(status: i32) -> ! {
    // SAFETY: _exit has no conditions.
    unsafe { libc::_exit(status) }
}

/// Ends this process because its socket failed: without a reader there is nobody to work for.
pub fn end_unheard(error: &io::Error) -> ! {
    match error.raw_os_error() {
        // Code closed the descriptor. The runner is there, and cleans up when it sees this status.
        Some(libc::EBADF | libc::ENOTSOCK) => exit(shared::UNHEARD_STATUS),
        _ => end_process_group(),
    }
}

/// Ends everything that this process started, as far as it stayed in the process group, and this process.
fn end_process_group() -> ! {
    // SAFETY: these calls have no conditions. Only a group of one's own is ended: a kernel that was started without a
    // session of its own shares the group with whoever started it.
    unsafe {
        if libc::getpgrp() == libc::getpid() {
            libc::kill(0, libc::SIGKILL);
        }
    }
    exit(0)
}

static FORKED: AtomicBool = AtomicBool::new(false);

/// What a forked process must not keep open: whoever reads the other end would not see that the kernel has died.
static NOT_INHERITED: [AtomicI32; 2] = [const { AtomicI32::new(-1) }; 2];

/// Makes [`is_forked`] know, and closes these sockets in forked processes.
pub fn watch_forks(sockets: [&UnixStream; 2]) {
    extern "C" fn in_child() {
        FORKED.store(true, Ordering::Relaxed);
        for descriptor in &NOT_INHERITED {
            // SAFETY: the numbers stay this program's until it ends; close is async-signal-safe.
            unsafe { libc::close(descriptor.load(Ordering::Relaxed)) };
        }
    }
    for (descriptor, socket) in NOT_INHERITED.iter().zip(sockets) {
        descriptor.store(socket.as_raw_fd(), Ordering::Relaxed);
    }
    // SAFETY: the handler only does what may be done there.
    unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
}

/// Whether user code forked this process off the kernel: it must not speak for the kernel then.
pub fn is_forked() -> bool {
    FORKED.load(Ordering::Relaxed)
}

fn checked(result: libc::c_int) -> io::Result<libc::c_int> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
