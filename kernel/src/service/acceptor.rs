//! One native thread accepts all connections and gives them to the workers in turn: it never waits for a GIL, so that
//! who holds a connection depends on nothing but the order in which connections come.

use std::collections::VecDeque;
use std::io;
use std::net::TcpListener;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use shared::{ConnectionChange, ConnectionStep};

use super::connection::{Channel, Connection, Refused, Where};
use super::notes::Notes;
use super::turns::Turns;
use crate::clock;
use crate::system::{self, Wanted};

/// So many descriptors of a process are left to the app and to the kernel itself.
const RESERVED: u64 = 256;
/// Where no descriptor is left, it is looked again so often: one comes back whenever a connection is closed.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// So many are accepted before they are given away.
const AT_ONCE: usize = 64;

/// What the thread is to do.
#[derive(Debug, Default, Clone)]
struct Orders {
    /// Accept who waits already, and nobody after that.
    drain: bool,
    /// Accept nobody, and let go.
    stop: bool,
    /// These have died.
    excluded: Vec<u32>,
}

/// The thread, as others see it.
#[derive(Debug)]
pub struct Acceptor {
    orders: Arc<Mutex<Orders>>,
    wake: OwnedFd,
}

impl Acceptor {
    /// Accepts from now on.
    ///
    /// # Errors
    /// If the thread can't be started.
    pub fn start(
        listener: TcpListener,
        channels: Arc<Vec<Channel>>,
        workers: Where,
        notes: &'static Notes,
    ) -> io::Result<Acceptor> {
        listener.set_nonblocking(true)?;
        let (woken, wake) = system::pipe()?;
        let orders = Arc::new(Mutex::default());
        let queues = channels.iter().map(|_| VecDeque::new()).collect();
        let turns = Turns::new(channels.len() as u32);
        let most = system::limits::open_files().map_or(u64::MAX, |limit| limit.saturating_sub(RESERVED).max(16));
        let mut accepting = Accepting {
            listener: Some(listener),
            channels,
            queues,
            turns,
            notes,
            most: u32::try_from(most).unwrap_or(u32::MAX),
            workers,
            orders: Arc::clone(&orders),
            woken,
            exhausted: false,
        };
        thread::Builder::new().name("acceptor".into()).spawn(move || accepting.run())?;
        Ok(Acceptor { orders, wake })
    }

    /// Accepts who waits already, and nobody after that; then the workers are told that no more come.
    pub fn drain(&self) {
        self.order(|orders| orders.drain = true);
    }

    /// Accepts nobody any more.
    pub fn stop(&self) {
        self.order(|orders| orders.stop = true);
    }

    /// This worker has died.
    pub fn exclude(&self, worker: u32) {
        self.order(|orders| orders.excluded.push(worker));
    }

    fn order(&self, change: impl FnOnce(&mut Orders)) {
        change(&mut lock(&self.orders));
        system::write_descriptor(self.wake.as_raw_fd(), b"!");
    }
}

/// What the thread has.
struct Accepting {
    /// None once nobody is accepted any more.
    listener: Option<TcpListener>,
    channels: Arc<Vec<Channel>>,
    /// What could not be given yet, by worker.
    queues: Vec<VecDeque<Connection>>,
    turns: Turns,
    notes: &'static Notes,
    /// How many connections a process may hold.
    most: u32,
    workers: Where,
    orders: Arc<Mutex<Orders>>,
    woken: OwnedFd,
    /// The system had no descriptor left.
    exhausted: bool,
}

impl Accepting {
    fn run(&mut self) {
        loop {
            let full = self.is_full();
            let accepts = self.listener.as_ref().filter(|_| !full);
            let mut wanted = vec![(self.woken.as_raw_fd(), Wanted::Readable)];
            wanted.extend(accepts.map(|listener| (listener.as_raw_fd(), Wanted::Readable)));
            let waiting = self.channels.iter().zip(&self.queues).filter(|(_, queue)| !queue.is_empty());
            wanted.extend(waiting.map(|(channel, _)| (channel.descriptor(), Wanted::Writable)));
            system::wait_for_any(&wanted, full.then_some(LOOK_EVERY));

            while system::read_now(&self.woken, &mut [0; 64]).is_some_and(|count| count > 0) {}
            self.exhausted = false;
            let Orders { drain, stop, excluded } = lock(&self.orders).clone();
            excluded.into_iter().for_each(|worker| self.lose(worker));
            if stop {
                self.end();
                return;
            }
            if !full {
                self.accept();
            }
            if drain && self.listener.is_some() {
                // Whoever waits already is still accepted, but no endless stream of new clients; where that isn't
                // possible, the system tells them.
                (0..AT_ONCE).take_while(|_| !full && self.accept()).for_each(drop);
                self.listener = None;
            }
            self.give_all();
            if drain && self.queues.iter().all(VecDeque::is_empty) {
                self.end();
                return;
            }
        }
    }

    /// Nobody is accepted any more, and the workers are told.
    fn end(&mut self) {
        self.listener = None;
        self.queues.iter_mut().for_each(VecDeque::clear);
        self.channels.iter().for_each(Channel::end);
    }

    /// Whether another connection could take a descriptor that somebody else needs.
    fn is_full(&self) -> bool {
        let open = self.notes.open_connections();
        let held = match self.workers {
            Where::Here => open.into_iter().sum::<u32>(),
            Where::InAnother => open.into_iter().max().unwrap_or_default(),
        };
        self.exhausted || held >= self.most
    }

    /// Accepts those who wait, up to a number: whether there were any.
    fn accept(&mut self) -> bool {
        for count in 0..AT_ONCE {
            let Some(listener) = &self.listener else { return count > 0 };
            match listener.accept() {
                Ok((stream, address)) => self.receive(Connection { stream, port: address.port() }),
                Err(error) => {
                    // A client that was gone before it was accepted is no reason to wait.
                    self.exhausted = matches!(
                        error.raw_os_error(),
                        Some(libc::EMFILE | libc::ENFILE | libc::ENOBUFS | libc::ENOMEM)
                    );
                    return count > 0;
                }
            }
        }
        true
    }

    /// Decides whose connection it is.
    fn receive(&mut self, connection: Connection) {
        let Some(worker) = self.turns.take() else { return };
        self.note(worker, connection.port, ConnectionStep::Opened);
        self.queues[worker as usize].push_back(connection);
    }

    fn give_all(&mut self) {
        for worker in 0..self.channels.len() {
            while let Some(connection) = self.queues[worker].pop_front() {
                match self.channels[worker].give(connection) {
                    Ok(()) => {}
                    Err(Refused::Full(connection)) => {
                        self.queues[worker].push_front(connection);
                        break;
                    }
                    Err(Refused::Gone(connection)) => {
                        self.queues[worker].push_front(connection);
                        self.lose(worker as u32);
                    }
                }
            }
        }
    }

    /// A worker is gone: others get what it has not got yet.
    fn lose(&mut self, worker: u32) {
        self.turns.exclude(worker);
        for connection in std::mem::take(&mut self.queues[worker as usize]) {
            self.note(worker, connection.port, ConnectionStep::Closed);
            self.receive(connection);
        }
    }

    fn note(&self, worker: u32, port: u16, step: ConnectionStep) {
        self.notes.changed(ConnectionChange { worker, port, at: clock::now(), step });
    }
}

fn lock(orders: &Mutex<Orders>) -> MutexGuard<'_, Orders> {
    orders.lock().unwrap_or_else(PoisonError::into_inner)
}
