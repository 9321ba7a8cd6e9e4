//! Why a service can't be served, and what to do.

use std::io;

use shared::{FIRST_ANSWER_WITHIN, Mode, Raised};

use super::first_request::Silence;
use crate::raised::{explained, said};

/// The mode serves nothing.
pub fn no_servers(mode: Mode) -> Raised {
    let (first, rest) = (Mode::Threads.slug(), [Mode::Subinterpreters, Mode::Processes].map(Mode::slug));
    let message = format!("the mode {mode} can't serve an app");
    let advice =
        format!("Choose {first}, {} or {}: each of their workers runs an event loop of its own.", rest[0], rest[1]);
    explained(said("RuntimeError", message), advice)
}

/// The port can't be had.
pub fn no_port(port: u16, error: &io::Error) -> Raised {
    let (message, advice) = match error.kind() {
        io::ErrorKind::AddrInUse => (
            format!("port {port} of 127.0.0.1 is in use by another program"),
            "Stop that program, choose another port, or choose port 0, which stands for any that is free.",
        ),
        io::ErrorKind::PermissionDenied => (
            format!("port {port} of 127.0.0.1 is only for programs of the system"),
            "Choose a port from 1024 on, or port 0, which stands for any that is free.",
        ),
        _ => (
            format!("port {port} of 127.0.0.1 can't be listened on: {error}"),
            "Choose another port, or port 0, which stands for any that is free.",
        ),
    };
    explained(said("OSError", message), advice.into())
}

/// Hypercorn, or something that it needs, is not there.
pub fn no_hypercorn(raised: Raised) -> Raised {
    let advice = "Hypercorn serves `app`, and this Python doesn't have it: `virgil environment` installs it with the \
                  other packages of the exercises.";
    match raised.exception.as_str() {
        "ModuleNotFoundError" => explained(Raised { advice: None, ..raised }, advice.into()),
        _ => raised,
    }
}

/// The source has none in the end.
pub fn no_app() -> Raised {
    said("ServiceIncomplete", "The source deletes `app` again: keep it.".into())
}

/// It is no application.
pub fn not_an_app(kind: &str) -> Raised {
    let message = format!("`app` is of type {kind}, which can't be called, and so is no WSGI or ASGI application");
    let advice = "Make it one, for example `app = Flask(__name__)` or `async def app(scope, receive, send):`; or give \
                  it another name if this is a script.";
    explained(said("TypeError", message), advice.into())
}

/// What the source says of the load makes no sense.
pub fn no_load(raised: Raised) -> Raised {
    let advice = "`LOAD` says what load to put on `app`, such as {\"paths\": \"/\", \"clients\": 8, \"seconds\": 5}: \
                  mend it, or leave it out for the usual load.";
    match raised.exception.as_str() {
        "ValueError" => explained(Raised { advice: None, ..raised }, advice.into()),
        _ => raised,
    }
}

/// A worker has not answered its first request.
pub fn no_first_answer(worker: u32, silence: &Silence) -> Raised {
    let (exception, message) = match silence {
        Silence::TooLong => {
            let seconds = FIRST_ANSWER_WITHIN.seconds();
            ("TimeoutError", format!("worker {worker} has not answered `OPTIONS /` within {seconds} seconds"))
        }
        Silence::Failed(error) => ("ConnectionError", format!("worker {worker} has not answered `OPTIONS /`: {error}")),
    };
    let advice = "That is the first request, from Virgil itself, and any answer would do: look for what the app waits \
                  for, or for what it has printed.";
    Raised { worker: Some(worker), ..explained(said(exception, message), advice.into()) }
}

/// Something that ended an event loop while it served.
pub fn while_serving(raised: Raised) -> Raised {
    let advice =
        "A handler has left the program, and its worker with it: return a response instead of calling `sys.exit`.";
    match raised.exception.as_str() {
        "SystemExit" => Raised { advice: Some(advice.into()), ..raised },
        _ => raised,
    }
}

/// A worker serves no more, though nobody has asked it to end.
pub fn ended_early(worker: u32) -> Raised {
    let message = format!("worker {worker} has stopped serving by itself");
    let advice = "Nothing in the app should end its event loop: look for what it has printed.";
    Raised { worker: Some(worker), ..explained(said("RuntimeError", message), advice.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_comes_with_a_next_step() {
        let in_use = no_port(80, &io::ErrorKind::AddrInUse.into());
        let privileged = no_port(80, &io::ErrorKind::PermissionDenied.into());
        let missing = no_hypercorn(said("ModuleNotFoundError", "No module named 'hypercorn'".into()));
        for (raised, wrong, step) in [
            (in_use, "port 80 of 127.0.0.1 is in use", "port 0"),
            (privileged, "only for programs of the system", "1024"),
            (missing, "No module named 'hypercorn'", "`virgil environment`"),
            (no_servers(Mode::Asyncio), "can't serve", "threads, subinterpreters or processes"),
            (not_an_app("int"), "of type int", "Flask(__name__)"),
            (no_first_answer(3, &Silence::TooLong), "worker 3", "any answer would do"),
            (ended_early(1), "worker 1", "printed"),
        ] {
            assert!(raised.message.contains(wrong), "{raised:?}");
            assert!(raised.advice.as_ref().is_some_and(|advice| advice.contains(step)), "{raised:?}");
        }
    }

    #[test]
    fn other_errors_of_imports_keep_what_is_known_of_them() {
        let refused = explained(said("ImportError", "no".into()), "known".into());
        assert_eq!(no_hypercorn(refused.clone()), refused);
    }
}
