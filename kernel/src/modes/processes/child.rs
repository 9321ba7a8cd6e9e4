//! A worker process: replays the source, then executes the tasks that it is given, on its main thread.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use shared::{Mode, Nanos, SourceKind};

use crate::cpu::CpuMeter;
use crate::executor::progress;
use crate::helpers::{Helpers, Part};
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
        (Ok(ChildCommand::Replay(source)), _) => execute((state, helpers), number, (&source, Tasks::Items), &commands),
        (Ok(ChildCommand::ReplayForPool(source)), _) => {
            execute((state, helpers), number, (&source, Tasks::Calls), &commands);
        }
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
                    ChildCommand::Replay(_) | ChildCommand::ReplayForPool(_) | ChildCommand::Serve(..) => {}
                    ChildCommand::Share(_) | ChildCommand::Begin | ChildCommand::Cancel => {}
                }
                // The main thread takes no more once something was raised.
                let _ = commands.send(command);
            }
            // The kernel is gone, or can't understand this process any more, and then looks at how it ends.
            Err(_) => system::exit(shared::UNHEARD_STATUS),
        }
    }
}

/// What a worker's tasks are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tasks {
    /// Items, for the source's `work`.
    Items,
    /// Calls of a pool, for what executes them.
    Calls,
}

fn execute(
    (state, helpers): (&ThreadState, &Helpers),
    number: u32,
    (source, tasks): (&Source, Tasks),
    commands: &Receiver<Command>,
) {
    let attachment = state.attach();
    let interruptible = cancel::interruptible(&attachment);
    output::set_worker(Some(number));
    let replaying = clock::now();
    let replayed = || match tasks {
        Tasks::Items => {
            let namespace = source.execute(&attachment, helpers, ModuleName::Replayed)?;
            workload::work(&attachment, &namespace)
        }
        Tasks::Calls => {
            // Before the folder of the source can be searched for modules.
            let called = Helpers::load(&attachment, Part::Called)?;
            source.execute(&attachment, helpers, ModuleName::Replayed)?;
            Ok(called.function(c"crossing"))
        }
    };
    match replayed() {
        Ok(work) => {
            let exchange = Exchange::ToProcess(Pickling::new(helpers));
            let (cpu, file) = (CpuMeter::default(), &source.file);
            let worker = Worker { number, attachment: &attachment, work, exchange, cpu, mode: Mode::Processes, file };
            output::set_task(None);
            let _watch = attachment.watch(number);
            outbox::send_value(&ChildEvent::Ready { replaying, at: clock::now() });
            serve_tasks(&worker, tasks, commands);
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

fn execute_task(worker: &Worker, tasks: Tasks, (task, item): (u32, &Value)) -> Executed {
    match tasks {
        Tasks::Items => worker.execute(task, item, |_| ()),
        Tasks::Calls => {
            progress::of_kernel(Some(task));
            let executed = worker.execute(task, item, |_| ());
            progress::of_kernel(None);
            executed
        }
    }
}

fn serve_tasks(worker: &Worker, tasks: Tasks, commands: &Receiver<Command>) {
    let mut done = Nanos(0);
    while let Ok(command) = detached(|| commands.recv()) {
        match command {
            ChildCommand::Task(task, item) => match execute_task(worker, tasks, (task, &item)) {
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
            ChildCommand::Replay(_) | ChildCommand::ReplayForPool(_) | ChildCommand::Serve(..) => {}
            ChildCommand::Share(_) | ChildCommand::Begin | ChildCommand::Cancel => {}
        }
    }
}
