//! Linux: what can be seen of another thread of this process, and of this process's own memory.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::sync::OnceLock;

use super::private;

/// What a GIL's waiters sleep at, once: CPython builds it of these (Python/condvar.h).
pub const CONDITION_AND_MUTEX_BYTES: usize = size_of::<libc::pthread_cond_t>() + size_of::<libc::pthread_mutex_t>();

/// A thread of this process, to be looked at by another.
#[derive(Debug)]
pub struct Probe {
    clock: libc::clockid_t,
    call: File,
    delay: Option<File>,
}

/// What a thread was caught at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caught {
    /// It runs, or would if it had a CPU.
    Runnable,
    /// It sleeps until something happens at this address.
    AtAddress(usize),
    /// It sleeps otherwise.
    Asleep,
}

impl Probe {
    /// For the calling thread; none if the system doesn't let threads be looked at (proc(5), `/proc/pid/syscall`: a
    /// kernel can be built without it).
    pub fn of_this_thread() -> Option<Probe> {
        Probe::of(this_thread())
    }

    /// For a thread of this process, by its number; none if it has ended, too.
    pub fn of(thread: u32) -> Option<Probe> {
        let open = |name: &str| {
            let file = File::open(format!("/proc/self/task/{thread}/{name}")).ok()?;
            private(OwnedFd::from(file)).ok().map(File::from)
        };
        let call = open("syscall")?;
        // A thread is caught at looking at itself, if it may look at all.
        let mut text = [0; 8];
        call.read_at(&mut text, 0).ok().filter(|read| *read > 0)?;
        let probe = Probe { clock: clock_of(thread), call, delay: open("schedstat") };
        probe.cpu().is_some().then_some(probe)
    }

    /// Its CPU time so far, in nanoseconds; none if it has ended.
    pub fn cpu(&self) -> Option<u64> {
        super::clock_if_there(self.clock)
    }

    /// How long it has waited for a CPU so far, in nanoseconds: counted when it gets one
    /// (Documentation/scheduler/sched-stats.rst of Linux, `/proc/<pid>/schedstat`).
    pub fn delay(&self) -> Option<u64> {
        let mut text = [0; 64];
        let read = self.delay.as_ref()?.read_at(&mut text, 0).ok()?;
        std::str::from_utf8(&text[..read]).ok()?.split_whitespace().nth(1)?.parse().ok()
    }

    /// What it does now.
    pub fn caught(&self) -> Option<Caught> {
        let mut text = [0; 64];
        let read = self.call.read_at(&mut text, 0).ok()?;
        caught(std::str::from_utf8(&text[..read]).ok()?)
    }
}

/// The clock of a thread's CPU time, as the C library makes it (kernel/time/posix-cpu-timers.c of Linux: the complement
/// of the number, shifted; 4 stands for a thread, 2 for the time that the scheduler has counted).
pub fn clock_of(thread: u32) -> libc::clockid_t {
    (!(thread as libc::clockid_t) << 3) | 4 | 2
}

/// The number that the system has for the calling thread.
pub fn this_thread() -> u32 {
    // SAFETY: gettid has no conditions.
    unsafe { libc::gettid() }.cast_unsigned()
}

/// The number that the C library has for the calling thread, and the system's.
pub fn thread_numbers() -> [usize; 2] {
    // SAFETY: pthread_self has no conditions.
    [unsafe { libc::pthread_self() } as usize, this_thread() as usize]
}

/// The numbers of all threads of this process.
pub fn threads() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc/self/task").into_iter().flatten().filter_map(Result::ok);
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// The name of a thread of this process: at most 15 bytes of it. None if it has ended.
pub fn thread_name(thread: u32) -> Option<String> {
    let name = std::fs::read(format!("/proc/self/task/{thread}/comm")).ok()?;
    Some(String::from_utf8_lossy(name.strip_suffix(b"\n").unwrap_or(&name)).into_owned())
}

/// From the words of `/proc/<pid>/syscall`: the call's number and its arguments, of which the first is a futex's
/// address.
fn caught(text: &str) -> Option<Caught> {
    let mut words = text.split_whitespace();
    let call = words.next()?;
    if call == "running" {
        return Some(Caught::Runnable);
    }
    if call.parse() != Ok(libc::SYS_futex) {
        return Some(Caught::Asleep);
    }
    let address = usize::from_str_radix(words.next()?.strip_prefix("0x")?, 16).ok()?;
    Some(Caught::AtAddress(address))
}

/// Sleeps until this moment of the monotonic clock, in nanoseconds.
pub fn sleep_until(moment: u64) {
    let time = libc::timespec { tv_sec: (moment / 1_000_000_000) as _, tv_nsec: (moment % 1_000_000_000) as _ };
    // SAFETY: the pointer is to a live timespec. If a signal wakes it, it just goes on sooner.
    unsafe { libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &time, std::ptr::null_mut()) };
}

/// Reads this process's memory: how many bytes of it are there.
pub fn peek(address: usize, buffer: &mut [u8]) -> usize {
    static MEMORY: OnceLock<Option<File>> = OnceLock::new();
    let memory = MEMORY.get_or_init(|| private(File::open("/proc/self/mem").ok()?.into()).ok().map(File::from));
    let Some(memory) = memory else { return 0 };
    let mut done = 0;
    // A read ends where memory does.
    while done < buffer.len() {
        match memory.read_at(&mut buffer[done..], (address + done) as u64) {
            Ok(0) | Err(_) => break,
            Ok(read) => done += read,
        }
    }
    done
}

/// The bytes at the start of `_PyRuntime`, where CPython 3.13 and newer say where to look.
pub fn published_offsets() -> Option<Vec<u8>> {
    let mut bytes = vec![0; crate::gil::OFFSETS_BYTES];
    (peek(runtime()?, &mut bytes) == bytes.len()).then_some(bytes)
}

/// The address of `_PyRuntime`, if it can be found.
pub fn runtime() -> Option<usize> {
    static RUNTIME: OnceLock<Option<usize>> = OnceLock::new();
    *RUNTIME.get_or_init(|| {
        // SAFETY: a name that ends in zero; libpython is linked, so its symbols are found without a handle.
        let runtime = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"_PyRuntime".as_ptr()) };
        (!runtime.is_null()).then_some(runtime as usize)
    })
}

/// How many CPUs this process may use.
pub fn cpus() -> u32 {
    std::thread::available_parallelism().map_or(1, |cpus| cpus.get() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::sync::{Arc, Condvar, Mutex};

    #[test]
    fn calls_are_read() {
        let futex = format!("{} 0x7f12 0x189 0x0 0x7f 0x0 0xffffffff 0x7ffc 0x7f9f\n", libc::SYS_futex);
        assert_eq!(caught(&futex), Some(Caught::AtAddress(0x7f12)));
        assert_eq!(caught("running\n"), Some(Caught::Runnable));
        assert_eq!(caught("-1 0x7ffc 0x7f9f\n"), Some(Caught::Asleep));
        assert_eq!(caught("0 0x3 0x7f\n"), Some(Caught::Asleep));
        assert_eq!(caught(""), None);
    }

    #[test]
    fn a_thread_that_waits_is_caught_at_what_it_waits_for() {
        let pair = Arc::new((Mutex::new(false), Condvar::new()));
        let theirs = Arc::clone(&pair);
        let (sender, probes) = channel();
        let waiting = std::thread::spawn(move || {
            sender.send(Probe::of_this_thread()).unwrap();
            let mut done = theirs.0.lock().unwrap();
            while !*done {
                done = theirs.1.wait(done).unwrap();
            }
        });
        let probe = probes.recv().unwrap().expect("this system shows what threads wait for");
        while !matches!(probe.caught(), Some(Caught::AtAddress(address)) if address.abs_diff(&raw const pair.1 as usize) < 64)
        {
            std::thread::yield_now();
        }
        *pair.0.lock().unwrap() = true;
        pair.1.notify_one();
        waiting.join().unwrap();
    }

    #[test]
    fn memory_is_read_as_far_as_it_is_there() {
        let there = [7_u8; 100];
        let mut buffer = [0; 100];
        assert_eq!(peek(there.as_ptr() as usize, &mut buffer), 100);
        assert_eq!(buffer, there);
        assert_eq!(peek(8, &mut buffer), 0);
    }
}
