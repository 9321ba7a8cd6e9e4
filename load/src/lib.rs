//! Puts a server under load, and measures what its clients would see.
//!
//! One thread sends and receives over all connections, in an event loop; in open loop a second one wakes it at the
//! moments that are due, since an event loop's own timers are exact to a millisecond only. Latencies of an open loop
//! count from the moment at which a request was due: so a server that stalls is not asked less, and the requests that
//! it kept waiting are all counted (Gil Tene calls the mistake coordinated omission).

mod client;
mod cpu;
mod failure;
mod figures;
mod mix;
mod pacer;

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use shared::{LoadPlan, LoadProgress, LoadReport, Nanos, Pace};
use tokio::runtime::Builder;
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinSet, LocalSet};

use client::{Client, Next};
use figures::Figures;
use mix::Mix;
pub use mix::Unfit;

/// How often progress is told.
const TELL: Duration = Duration::from_millis(250);
/// How long answers may still come when no more requests are sent, if their own time is not over before.
const DRAIN: Duration = Duration::from_secs(2);

/// A load that goes on until its plan is done. Dropped, it stops.
#[derive(Debug)]
pub struct Load {
    stop: watch::Sender<bool>,
    report: oneshot::Receiver<LoadReport>,
}

/// Why no load was begun.
#[derive(Debug)]
pub enum Unstarted {
    /// The plan can't be done.
    Unfit(Unfit),
    /// The system gives no thread.
    System(io::Error),
}

/// Whether a plan can be done.
///
/// # Errors
/// Why not.
pub fn check(plan: &LoadPlan) -> Result<(), Unfit> {
    Mix::new(plan, SocketAddr::from(([127, 0, 0, 1], 1))).map(drop)
}

impl Load {
    /// Begins, on threads of its own; `progress` is called on one of them four times a second, and holds it up.
    ///
    /// # Errors
    /// If the plan can't be done or the system gives no thread.
    pub fn start(
        target: SocketAddr,
        plan: &LoadPlan,
        progress: impl FnMut(LoadProgress) + Send + 'static,
    ) -> Result<Load, Unstarted> {
        let mix = Mix::new(plan, target).map_err(Unstarted::Unfit)?;
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Unstarted::System)?;
        let (stop, stopped) = watch::channel(false);
        let (tell, report) = oneshot::channel();
        let plan = plan.clone();
        let generate = move || {
            let all = LocalSet::new();
            let made = all.block_on(&runtime, generate(target, plan, mix, stopped, progress));
            // Nobody waits for it any more if the load was dropped.
            let _ = tell.send(made);
        };
        thread::Builder::new().name("load".into()).spawn(generate).map_err(Unstarted::System)?;
        Ok(Load { stop, report })
    }

    /// Ends it at once: its report is of what was until now.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Its report, when it is over; none if the generator itself failed.
    pub async fn report(&mut self) -> Option<LoadReport> {
        (&mut self.report).await.ok()
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn generate(
    target: SocketAddr,
    plan: LoadPlan,
    mix: Mix,
    mut stopped: watch::Receiver<bool>,
    mut progress: impl FnMut(LoadProgress),
) -> LoadReport {
    let cpu_before = cpu::used();
    let begin = Instant::now();
    let measured = begin + Duration::from_nanos(plan.warm_up.0);
    let end = measured + Duration::from_nanos(plan.duration.0);
    let half = measured + Duration::from_nanos(plan.duration.0 / 2);
    let figures = Rc::new(Figures::new(&plan, [begin, measured, half, end]));
    let (pacer, next) = match plan.pace {
        Pace::Open { rate, .. } => {
            let (due, queue) = async_channel::unbounded();
            (pacer::start(begin, end, rate, due), Next::Due(queue))
        }
        Pace::Closed { .. } => (None, Next::AtOnce),
    };
    let mix = Rc::new(mix);
    let mut clients = JoinSet::new();
    let neighbour = plan.neighbour.iter().map(|_| Next::Since(half));
    for next in (0..plan.pace.connections()).map(|_| next.clone()).chain(neighbour) {
        let client = Client { target, next, mix: mix.clone(), figures: figures.clone(), end };
        clients.spawn_local(client.run(Duration::from_nanos(plan.timeout.0), plan.keep_alive));
    }
    let mut tell = tokio::time::interval_at(tokio::time::Instant::now() + TELL, TELL);
    let last = tokio::time::sleep_until((end + DRAIN).into());
    tokio::pin!(last);
    let until = loop {
        tokio::select! {
            biased;
            // Also if whoever could stop it is gone.
            _ = stopped.wait_for(|stop| *stop) => break Instant::now().min(end),
            done = clients.join_next() => if done.is_none() { break end },
            _ = tell.tick() => progress(figures.progress()),
            () = &mut last => break end,
        }
    };
    let lasted = until.saturating_duration_since(measured);
    clients.abort_all();
    while clients.join_next().await.is_some() {}
    if let Next::Due(queue) = next {
        while let Ok(due) = queue.try_recv() {
            figures.not_sent(due);
        }
    }
    let paced = pacer.and_then(pacer::Pacer::end);
    let cpu = cpu::used().zip(cpu_before).map(|(now, before)| now.since(before));
    let cpu = cpu.map(|own| Nanos(own.0 + paced.unwrap_or(Nanos(0)).0));
    figures.report(lasted, cpu)
}
