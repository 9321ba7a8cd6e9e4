//! `app`, from the replay of the source to the end of its event loop.

use std::os::fd::{IntoRawFd, OwnedFd};

use shared::{Mode, Raised, SourceKind, WORKER_HEADER};

use super::notes::Notes;
use super::{natives, wish, words};
use crate::free_threading;
use crate::helpers::{Helpers, Part};
use crate::interpreter::Attachment;
use crate::lap::{Kernel, Lap};
use crate::object::{Exception, Object};
use crate::output::Label;
use crate::raised::{self, Scene};
use crate::source::{ModuleName, Source};

/// What a worker serves, in the interpreter to which its thread is attached.
#[derive(Debug)]
pub struct App<'worker> {
    /// The worker.
    pub worker: u32,
    /// The learner's file.
    pub file: &'worker str,
    /// The lap's mode.
    pub mode: Mode,
}

impl App<'_> {
    /// Replays the source in the main interpreter, for workers that share it: their `app`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn replay_shared(attachment: &Attachment, kernel: &Kernel, lap: &Lap) -> Result<Object, Raised> {
        let scene = scene(&lap.source.file, lap.mode, None);
        let service = load(attachment, scene)?;
        free_threading::listen(attachment, &kernel.lap, lap.mode)
            .map_err(|exception| raised::describe(attachment, &exception, scene))?;
        replay(attachment, (&kernel.worker, &service), &lap.source, scene)
    }

    /// Replays the source in an interpreter of the worker's own: its `app`, and what serves it. `helpers` are of
    /// [`Part::Worker`].
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn replay(
        &self,
        attachment: &Attachment,
        helpers: &Helpers,
        source: &Source,
    ) -> Result<(Object, Helpers), Raised> {
        let service = load(attachment, self.scene())?;
        Ok((replay(attachment, (helpers, &service), source, self.scene())?, service))
    }

    /// What serves an app that was replayed already.
    ///
    /// # Errors
    /// What its imports raise.
    pub fn load(&self, attachment: &Attachment) -> Result<Helpers, Raised> {
        load(attachment, self.scene())
    }

    /// Serves it, until the channel ends: this is the worker's end.
    ///
    /// # Errors
    /// What ends the event loop before that.
    pub fn serve(
        &self,
        attachment: &Attachment,
        service: &Helpers,
        app: &Object,
        channel: OwnedFd,
    ) -> Result<(), Raised> {
        let serve = || {
            let worker = Object::int(attachment, i64::from(self.worker))?;
            let header = Object::text(attachment, WORKER_HEADER)?;
            // From now on Python's.
            let channel = Object::int(attachment, i64::from(channel.into_raw_fd()))?;
            service.call(c"serve", &[app, &worker, &channel, &header])
        };
        let served = serve().map(drop).map_err(|exception| self.describe(attachment, &exception));
        natives::leave();
        served
    }

    /// Of something that was raised while it served, as a rule by the request that it has begun last.
    fn describe(&self, attachment: &Attachment, exception: &Exception) -> Raised {
        let task = Notes::current().and_then(|notes| notes.last(self.worker));
        let place = Label { worker: Some(self.worker), task };
        words::while_serving(raised::describe(attachment, exception, Scene { place, ..self.scene() }))
    }

    fn scene(&self) -> Scene<'_> {
        scene(self.file, self.mode, Some(self.worker))
    }
}

/// Of something that was raised outside of any worker.
pub fn describe(attachment: &Attachment, exception: &Exception, lap: &Lap) -> Raised {
    raised::describe(attachment, exception, scene(&lap.source.file, lap.mode, None))
}

fn scene(file: &str, mode: Mode, worker: Option<u32>) -> Scene<'_> {
    Scene { file, kind: SourceKind::Service, mode, place: Label { worker, task: None } }
}

/// Before the folder of the source can be searched for modules.
fn load(attachment: &Attachment, scene: Scene) -> Result<Helpers, Raised> {
    Helpers::load(attachment, Part::Service)
        .map_err(|exception| words::no_hypercorn(raised::describe(attachment, &exception, scene)))
}

fn replay(
    attachment: &Attachment,
    (helpers, service): (&Helpers, &Helpers),
    source: &Source,
    scene: Scene,
) -> Result<Object, Raised> {
    let place = |raised| Raised { worker: scene.place.worker, ..raised };
    let describe = |exception: Exception| raised::describe(attachment, &exception, scene);
    let namespace = source.execute(attachment, helpers, ModuleName::Replayed).map_err(describe)?;
    let app = namespace.entry(c"app").ok_or_else(|| place(words::no_app()))?;
    if !app.is_callable() {
        return Err(place(words::not_an_app(&raised::type_name(&app))));
    }
    // Said once, by the first of those that replay it.
    if scene.place.worker.is_none_or(|worker| worker == 0) {
        wish::tell(attachment, service, &namespace).map_err(|exception| words::no_load(describe(exception)))?;
    }
    Ok(app)
}
