//! A worker process: replays the source, then executes the tasks that it is given, on its main thread.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use shared::{Mode, Nanos, SourceKind};

use crate::cpu::CpuMeter;
use crate::helpers::Helpers;
use crate::interpreter::{Attachment, ThreadState, detached};
use crate::ledger::Closing;
use crate::modes::processes::{ChildCommand, ChildEvent};
use crate::object::Exception;
use crate::output::{self, Label};
use crate::raised::Scene;
use crate::source::{ModuleName, Source};
use crate::value::{Exchange, Pickling, Value};
use crate::worker::{Executed, Worker};
use crate::{cancel, clock, ending, outbox, pipe, raised, sampler, service, system, workload};

type Command = ChildCommand<Source, Value>;

/// Serves until there is nobody to serve.
pub fn serve(
    (state, helpers): (&ThreadState, &Helpers),
    number: u32,
    stream: UnixStream,
    connections: Option<OwnedFd>,
) -> ! {
    let (sender, commands) = channel();
    if thread::Builder::new().name("control".into()).spawn(move || listen(stream, &sender)).is_err() {
        system::exit(1)
    }
    match (commands.recv(), connections) {
        (Ok(ChildCommand::Replay(source)), _) => execute((state, helpers), number, &source, &commands),
        (Ok(ChildCommand::Serve(source, workers)), Some(connections)) => {
            service::child::execute((state, helpers), (number, workers), &source, connections);
        }
        _ => {}
    }
    ending::flush();
    // What was interrupted has said so; the kernel ends this process when it ends.
    loop {
        thread::park();
    }
}

fn listen(mut stream: UnixStream, commands: &Sender<Command>) {
    loop {
        match pipe::read(&mut stream) {
            Ok(ChildCommand::Cancel) => cancel::request(),
            Ok(ChildCommand::Share(processes)) => sampler::share(processes),
            Ok(ChildCommand::Begin) => service::child::begin(),
            Ok(command) => {
                match command {
                    // Nothing after the first time.
                    ChildCommand::Task(..) => sampler::begin(),
                    // The one worker of this process.
                    ChildCommand::Close => {
                        sampler::finish().into_iter().for_each(|(_, seen)| outbox::send_value(&ChildEvent::Seen(seen)))
                    }
                    ChildCommand::Replay(_) | ChildCommand::Serve(..) => {}
                    ChildCommand::Share(_) | ChildCommand::Begin | ChildCommand::Cancel => {}
                }
                // The main thread takes no more once something was raised.
                let _ = commands.send(command);
            }
            // The kernel is gone.
            Err(_) => system::exit(0),
        }
    }
}

fn execute((state, helpers): (&ThreadState, &Helpers), number: u32, source: &Source, commands: &Receiver<Command>) {
    let attachment = state.attach();
    let interruptible = cancel::interruptible(&attachment);
    output::set_worker(Some(number));
    let replaying = clock::now();
    let replayed = source
        .execute(&attachment, helpers, ModuleName::Replayed)
        .and_then(|namespace| workload::work(&attachment, &namespace));
    match replayed {
        Ok(work) => {
            let exchange = Exchange::ToProcess(Pickling::new(helpers));
            let (cpu, file) = (CpuMeter::default(), &source.file);
            let worker = Worker { number, attachment: &attachment, work, exchange, cpu, mode: Mode::Processes, file };
            output::set_task(None);
            let _watch = attachment.watch(number);
            outbox::send_value(&ChildEvent::Ready { replaying, at: clock::now() });
            serve_tasks(&worker, commands);
        }
        Err(exception) => replay_raised(&attachment, &exception, number, source),
    }
    drop(interruptible);
}

fn replay_raised(attachment: &Attachment, exception: &Exception, number: u32, source: &Source) {
    let place = Label { worker: Some(number), task: None };
    let scene = Scene { file: &source.file, kind: SourceKind::Workload, mode: Mode::Processes, place };
    let raised = raised::describe(attachment, exception, scene);
    output::flush();
    outbox::send_value(&ChildEvent::Raised(None, raised));
}

fn serve_tasks(worker: &Worker, commands: &Receiver<Command>) {
    let mut done = Nanos(0);
    while let Ok(command) = detached(|| commands.recv()) {
        match command {
            ChildCommand::Task(task, item) => match worker.execute(task, &item, |_| ()) {
                Executed::Completed(span, result) => {
                    let started = clock::now();
                    outbox::send_value(&ChildEvent::Done(span, result));
                    worker.exchange.spent().into_iter().for_each(|spent| spent.note_pickling(started));
                    done = clock::now();
                }
                Executed::Raised(span, raised) => {
                    outbox::send_value(&ChildEvent::Raised(span, raised));
                    return;
                }
            },
            ChildCommand::Close => {
                outbox::send_value(&ChildEvent::Closed(Closing::new(done, &worker.exchange)));
            }
            ChildCommand::Replay(_) | ChildCommand::Serve(..) => {}
            ChildCommand::Share(_) | ChildCommand::Begin | ChildCommand::Cancel => {}
        }
    }
}
