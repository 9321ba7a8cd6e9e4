//! Services: real sockets, and Hypercorn from an environment that is made for the tests.

mod http;

mod asked;
mod broken;
mod connections;
mod endings;
mod figures;
mod serving;

use std::net::{SocketAddr, TcpStream};

use shared::{
    Answers, ConnectionChange, ConnectionStep, Ending, KernelCommand, LapEvent, LapRequest, Mode, SourceKind,
};

use crate::harness::{Kernel, Record, build, minor_of, modes, request, skipped};

/// Flask, as people write it.
const FLASK: &str = "
import os, threading, time
from flask import Flask, request
app = Flask(__name__)
count = 0

@app.get('/')
def hello():
    return 'hello\\n'

@app.get('/count')
def counted():
    global count
    count += 1
    return str(count)

@app.get('/sleep')
def sleep():
    time.sleep(float(request.args['seconds']))
    return 'slept'

@app.get('/spin')
def spin():
    until = time.thread_time() + 0.05
    while time.thread_time() < until: pass
    return 'spun'

@app.get('/never')
def never():
    threading.Event().wait()

@app.get('/wrong')
def wrong():
    return 1 / 0

@app.get('/print')
def prints():
    print('printed')
    return ''

@app.get('/exit')
def leave():
    os._exit(7)

@app.get('/abort')
def abort():
    os.abort()

@app.post('/length')
def length():
    return str(len(request.get_data()))
";

/// The same protocol without a framework.
const WSGI: &str = "
def app(environ, start_response):
    start_response('200 OK', [('content-length', '6')])
    return [b'plain\\n']
";

/// ASGI without a framework; it has no lifespan.
const ASGI: &str = "
import asyncio

async def app(scope, receive, send):
    assert scope['type'] == 'http'
    if scope['path'] == '/wrong':
        raise ValueError('no')
    if scope['path'] == '/sleep':
        await asyncio.sleep(0.2)
    await send({'type': 'http.response.start', 'status': 200, 'headers': [(b'content-length', b'6')]})
    await send({'type': 'http.response.body', 'body': b'async\\n'})
";

/// The python of an environment with Flask and Hypercorn; none if there is no such environment.
fn environment() -> Option<String> {
    let Ok(environment) = std::env::var("VIRGIL_TEST_ENVIRONMENT") else {
        skipped("there is no environment with flask and hypercorn; VIRGIL_TEST_ENVIRONMENT names its python");
        return None;
    };
    if minor_of(&environment) != build().python.minor {
        skipped(&format!("{environment} is of another version than {}", crate::harness::python()));
        return None;
    }
    Some(environment)
}

/// The modes that serve, with more than one worker. On CPython 3.12 interpreters that share a GIL may keep it from each
/// other for ever: whatever goes well there says nothing.
fn serving() -> Vec<Mode> {
    let hangs = |mode: &Mode| *mode == Mode::SharedGil && build().python.minor == 12;
    modes().into_iter().filter(|mode| mode.is_parallel() && !hangs(mode)).collect()
}

/// A lap of a service with two workers: `ask` is called once when it can be asked, and then it is drained.
fn serve(source: &str, mode: Mode, ask: impl FnOnce(SocketAddr)) -> Option<Record> {
    serve_request(request(source, mode, 2), |kernel, address| {
        ask(address);
        kernel.command(&KernelCommand::Drain);
    })
}

/// The same, and `ask` decides what becomes of it.
fn serve_request(request: LapRequest, ask: impl FnOnce(&mut Kernel, SocketAddr)) -> Option<Record> {
    let mut kernel = Kernel::start_with(&environment()?);
    kernel.command(&KernelCommand::Lap(request));
    let mut ask = Some(ask);
    let mut listened = None;
    let record = kernel.record(|kernel, event| {
        if let LapEvent::Serving { port, .. } = event {
            let address = SocketAddr::from(([127, 0, 0, 1], *port));
            listened = Some(address);
            ask.take().expect("said once")(kernel, address);
        }
    });
    record.assert_nothing_left();
    if let Some(address) = listened {
        assert!(TcpStream::connect(address).is_err(), "something still listens");
        assert!(matches!(record.events[0], LapEvent::Source(SourceKind::Service)), "{:?}", record.events[0]);
    }
    Some(record)
}

/// All connections' changes, in order.
fn changes(record: &Record) -> Vec<ConnectionChange> {
    let of = |event: &LapEvent| match event {
        LapEvent::Connections { changes } => changes.clone(),
        _ => Vec::new(),
    };
    record.events.iter().flat_map(of).collect()
}

/// Who was given connections, in order.
fn opened(record: &Record) -> Vec<u32> {
    changes(record).iter().filter(|change| change.step == ConnectionStep::Opened).map(|change| change.worker).collect()
}

/// How many requests were answered with this status.
fn answered(record: &Record, status: u16) -> u32 {
    let of = |event: &LapEvent| match event {
        LapEvent::Answered { answers, .. } => answers.clone(),
        _ => Vec::new(),
    };
    let with = |answers: Answers| (answers.status == status).then_some(answers.count);
    record.events.iter().flat_map(of).filter_map(with).sum()
}

/// How many requests were left without an answer, of a lap that was drained.
fn unanswered(record: &Record) -> u32 {
    let of = |event: &LapEvent| match event {
        LapEvent::Drained { unanswered, .. } => Some(*unanswered),
        _ => None,
    };
    assert!(matches!(record.ending, Some(Ending::Completed { .. })), "{:?}", record.ending);
    record.events.iter().find_map(of).expect("a lap that completes was drained")
}
