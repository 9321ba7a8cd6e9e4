//! One process that embeds CPython and executes one lap. `/ARCHITECTURE.md` says how it fits in.
//!
//! `virgil-kernel --fd 3 --python /absolute/path/of/python` speaks `shared`'s kernel protocol on descriptor 3.

mod pipe;
mod system;

mod gil;
mod interpreter;
mod modules;
mod native;
mod object;
mod subinterpreter;

mod advice;
mod helpers;
mod lent;
mod raised;
mod source;
mod spent;
mod streams;
mod unfit;
mod value;
mod workload;

mod cancel;
mod capture;
mod clock;
mod context;
mod cpu;
mod division;
mod ledger;
mod memory;
mod moments;
mod outbox;
mod output;
mod relay;
mod sampler;
mod track;

mod count;
mod dispatcher;
mod free_threading;
mod lap;
mod modes;
mod prints;
mod shown;
mod worker;

mod desktop;
mod executor;

mod control;
mod ending;

mod service;

use std::convert::Infallible;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shared::{KernelCommand, KernelEvent};

use crate::helpers::{Helpers, Part};
use crate::interpreter::{Attachment, ThreadState};
use crate::lap::Kernel;
use crate::object::Exception;
use crate::outbox::Reader;
use crate::raised::Scene;

/// What the command line says.
#[derive(Debug, PartialEq, Eq)]
struct Arguments {
    descriptor: RawFd,
    python: PathBuf,
    /// What to write to below Python; without it the kernel sends that as events, which a crash can cut off.
    output: Option<RawFd>,
    /// For a kernel's own children: the worker's number and the origin of the lap's clock.
    child: Option<(u32, u64)>,
    /// For a child that serves: where its connections come from.
    channel: Option<RawFd>,
}

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|argument| argument == "--protocol") {
        println!("{}", shared::PROTOCOL);
        return ExitCode::SUCCESS;
    }
    match Arguments::parse(std::env::args().skip(1)).and_then(|arguments| serve(&arguments)) {
        Ok(never) => match never {},
        Err(sentence) => {
            eprintln!("virgil-kernel: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &Arguments) -> Result<Infallible, String> {
    let failed = |what: &'static str| move |error: std::io::Error| format!("{what}: {error}");
    // SAFETY: whoever starts a kernel gives it this descriptor; nothing else in this process has it.
    let descriptor = unsafe { OwnedFd::from_raw_fd(arguments.descriptor) };
    let stream: UnixStream = system::private(descriptor).map_err(failed("descriptor `--fd` can't be used"))?.into();
    system::close_standard_input().map_err(failed("standard input can't be closed"))?;
    let events = stream.try_clone().map_err(failed("descriptor `--fd` can't be duplicated"))?;
    system::watch_forks([&stream, &events]);

    let reader = if arguments.child.is_some() { Reader::Kernel } else { Reader::Runner };
    outbox::open(events, reader);
    let worker = arguments.child.map(|(worker, _)| worker);
    let (state, helpers) = start_python(&arguments.python, worker)?;

    match arguments.child {
        Some((worker, origin)) => {
            clock::set_origin(origin);
            // SAFETY: the kernel that starts a child gives it this descriptor; nothing else in this process has it.
            let channel = arguments.channel.map(|channel| unsafe { OwnedFd::from_raw_fd(channel) });
            let channel = channel.map(system::private).transpose().map_err(failed("the channel can't be used"))?;
            modes::processes::child::serve((&state, &helpers), worker, stream, channel)
        }
        None => {
            let [lap, prints, shown] = preload(&state)?;
            let kernel = Kernel { python: arguments.python.clone(), state, worker: helpers, lap, prints, shown };
            serve_lap(&kernel, stream, arguments.output).map_err(failed("the kernel can't be set up"))
        }
    }
}

fn serve_lap(kernel: &Kernel, mut stream: UnixStream, output: Option<RawFd>) -> std::io::Result<Infallible> {
    match output {
        // SAFETY: whoever starts a kernel gives it this descriptor; nothing else in this process has it.
        Some(output) => system::redirect_standard_output(unsafe { OwnedFd::from_raw_fd(output) })?,
        None => capture::start(system::capture_standard_output()?, None)?,
    }
    outbox::send_value(&KernelEvent::Ready { protocol: shared::PROTOCOL.into() });
    let request = loop {
        match pipe::read(&mut stream) {
            Ok(KernelCommand::Lap(request)) => break request,
            // There is nothing to cancel yet.
            Ok(KernelCommand::Cancel | KernelCommand::Drain | KernelCommand::Touch(_)) => {}
            Err(_) => system::exit(0),
        }
    };
    clock::start();
    control::listen(stream)?;
    ending::end(lap::run(kernel, request))
}

/// Starts CPython, and lets it print as this worker.
fn start_python(python: &Path, worker: Option<u32>) -> Result<(ThreadState, Helpers), String> {
    let state = interpreter::start(python)?;
    let attachment = state.attach();
    let helpers = Helpers::load(&attachment, Part::Worker)
        .and_then(|helpers| streams::install(&attachment, &helpers, worker).map(|()| helpers))
        .map_err(|exception| unloadable(&attachment, &exception))?;
    gil::find(&attachment);
    drop(attachment);
    Ok((state, helpers))
}

/// Does what every lap needs, so that a spare kernel begins at once.
fn preload(state: &ThreadState) -> Result<[Helpers; 3], String> {
    let attachment = state.attach();
    let load = |part| Helpers::load(&attachment, part).map_err(|exception| unloadable(&attachment, &exception));
    // Other interpreters load the code that this compiles, and its imports are found by the next load.
    load(Part::Raised)?;
    Ok([load(Part::Lap)?, load(Part::Prints)?, load(Part::Shown)?])
}

fn unloadable(attachment: &Attachment, exception: &Exception) -> String {
    let raised = raised::describe(attachment, exception, Scene::of_no_source());
    format!("the kernel's own Python can't be loaded: {}", raised.traceback)
}

impl Arguments {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let (mut descriptor, mut python, mut output) = (None, None, None);
        let (mut worker, mut origin, mut channel) = (None, None, None);
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or(format!("`{name}` needs a value"))?;
            let number = || value.parse::<u64>().map_err(|_| format!("`{name}` must be a number, not `{value}`"));
            match name.as_str() {
                "--fd" => descriptor = Some(number()? as RawFd),
                "--python" => python = Some(PathBuf::from(&value)),
                "--output" => output = Some(number()? as RawFd),
                "--worker" => worker = Some(number()? as u32),
                "--origin" => origin = Some(number()?),
                "--channel" => channel = Some(number()? as RawFd),
                _ => return Err(format!("there is no argument `{name}`: the runner gives --fd and --python")),
            }
        }
        let usage = "a kernel is started by the runner, as `virgil-kernel --fd 3 --python /absolute/path`";
        let descriptor = descriptor.ok_or(usage)?;
        let python = python.filter(|python| python.is_absolute()).ok_or(usage)?;
        Ok(Arguments { descriptor, python, output, child: worker.zip(origin), channel })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, String> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn arguments_are_read() {
        let kernel = Arguments { descriptor: 3, python: "/p".into(), output: Some(4), child: None, channel: None };
        assert_eq!(parse("--fd 3 --python /p --output 4"), Ok(kernel));
        let child = Arguments { descriptor: 3, python: "/p".into(), output: None, child: Some((1, 99)), channel: None };
        assert_eq!(parse("--fd 3 --python /p --worker 1 --origin 99"), Ok(child));
        let server =
            Arguments { descriptor: 3, python: "/p".into(), output: None, child: Some((1, 99)), channel: Some(4) };
        assert_eq!(parse("--fd 3 --python /p --worker 1 --origin 99 --channel 4"), Ok(server));
    }

    #[test]
    fn wrong_arguments_are_refused_with_a_sentence() {
        for (line, said) in [
            ("", "started by the runner"),
            ("--fd 3 --python p", "absolute"),
            ("--fd", "needs a value"),
            ("--fd x", "must be a number"),
            ("--speed 3", "no argument"),
        ] {
            let sentence = parse(line).unwrap_err();
            assert!(sentence.contains(said), "{sentence}");
        }
    }
}
