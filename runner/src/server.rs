//! The server from its start to its end.

mod listen;

use std::env;
use std::io::{self, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, web};
use shared::{DeckState, Driver, Environment, LimitChoice, PROTOCOL, Progress, Welcome};
use tokio::task::JoinHandle;

use crate::archive::{self, Archive};
use crate::assets::Assets;
use crate::config::Serve;
use crate::content::{self, Content};
use crate::engine::Engine;
use crate::environment::Keeper;
use crate::follow::Follower;
use crate::gate::{Gate, guard};
use crate::link::{RunFile, Token, UsedCodes, address};
use crate::outputs::Outputs;
use crate::packed::Packed;
use crate::progress::Learned;
use crate::store::{Instance, Store};
use crate::system::machine;
use crate::workshop::Workshop;
use crate::{browser, check, kernels, limits, link, routes, session, stop};

/// Threads that serve; the laps need the cores.
const WORKERS: usize = 2;

/// How long a client may take to send its request's head.
const SLOW_HEAD: Duration = Duration::from_secs(10);

/// How long the program waits for its own last work when it ends.
const LAST_WORK: Duration = Duration::from_secs(1);

/// How often it is looked whether anybody uses the server.
const IDLE_LOOK: Duration = Duration::from_secs(30);

/// What every handler can use.
pub struct Site {
    /// Who may come in.
    pub gate: Arc<Gate>,
    /// What is shown.
    pub workshop: Arc<Workshop>,
    /// What the page is made of.
    pub assets: Assets,
    /// The exercises' packages.
    pub keeper: Keeper,
    /// All that the runs print.
    pub outputs: Outputs,
    /// The runs that are kept.
    pub archive: archive::Keeper,
    /// The program that looks at the machine, with the data folder and the workspace.
    pub doctor: [PathBuf; 3],
    /// The deck, compressed.
    pub packed: Packed,
    used_codes: UsedCodes,
}

impl Site {
    /// Whether this one-time code lets a browser in; it doesn't a second time.
    pub fn accepts(&self, code: &str) -> bool {
        self.used_codes.accept(self.gate.token(), code)
    }
}

/// What a server is started with.
#[derive(Debug)]
pub struct Setup {
    /// The first port to try, 0 for any.
    pub port: u16,
    /// Where edits are kept.
    pub workspace: PathBuf,
    /// Where kernels are, and what `virgil link` reads.
    pub data: PathBuf,
    /// The program `virgil`, which looks at the machine when the page asks.
    pub virgil: PathBuf,
    /// The deck.
    pub content: Content,
    /// The folder that it was read from, if it is to be read again whenever something in it is saved.
    pub deck: Option<PathBuf>,
    /// What laps may use, where that was said.
    pub limits: LimitChoice,
}

/// A running server.
pub struct Server {
    port: u16,
    token: Token,
    trouble: Vec<String>,
    engine: Engine,
    keeper: Keeper,
    outputs: Outputs,
    archive: archive::Keeper,
    tabs: session::Tabs,
    room: session::Room,
    gate: Arc<Gate>,
    handle: ServerHandle,
    serving: JoinHandle<io::Result<()>>,
    _instance: Option<Instance>,
    _run_file: Option<RunFile>,
    _follower: Option<Follower>,
}

/// Serves until the person wants it to end.
///
/// # Errors
/// The sentence to show when it can't start.
pub fn run(serve: &Serve, data: &Path) -> Result<(), String> {
    let content = match &serve.deck {
        Some(folder) => content::in_folder(folder).map_err(|unfit| check::sentence(folder, unfit))?,
        None => content::embedded().map_err(|mistakes| {
            let lines: String = mistakes.iter().map(|mistake| format!("\n  {mistake}")).collect();
            format!("the content has mistakes, correct them and compile again:{lines}")
        })?,
    };
    let setup = Setup {
        port: serve.port,
        workspace: serve.workspace.clone(),
        data: data.to_owned(),
        virgil: env::current_exe().unwrap_or_else(|_| "virgil".into()),
        content,
        deck: serve.deck.clone(),
        limits: serve.limits,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    let runtime = runtime.map_err(|error| format!("The system gives no threads ({error}): close other programs."))?;
    let served = runtime.block_on(async {
        let server = Server::start(setup)?;
        server.say_hello(serve)?;
        if serve.open {
            open_browser(server.port, server.new_link()?);
        }
        tokio::select! {
            () = stop::asked() => {}
            () = server.idle(serve.idle_exit) => eprintln!("Nobody has used this Virgil for so long that it ends itself."),
        }
        // Who asks twice doesn't want to wait.
        tokio::select! {
            () = server.stop() => {}
            () = stop::asked() => {}
        }
        Ok(())
    });
    runtime.shutdown_timeout(LAST_WORK);
    served
}

/// Opens the browser once it will get an answer.
fn open_browser(port: u16, link: String) {
    thread::spawn(move || {
        if link::answers(port) {
            browser::open(link);
        }
    });
}

impl Server {
    /// Starts one; within a tokio runtime.
    ///
    /// # Errors
    /// The sentence to show when no port or no random number can be had.
    pub fn start(setup: Setup) -> Result<Server, String> {
        let store = Store::new(setup.workspace.clone());
        store.claim(setup.deck.as_deref())?;
        let mut instance = store.hold()?;
        let (listeners, port) = listen::near(setup.port)?;
        if let Some(instance) = &mut instance {
            instance.tell(port);
        }
        let token = Token::new()?;
        let mut trouble = Vec::new();
        trouble.extend(store.try_out().err());
        let run_file = RunFile::write(&setup.data, port, &token)
            .map_err(|error| {
                let data = setup.data.display();
                trouble.push(format!("{data} can't be written ({error}), so `virgil link` won't work: allow it."));
            })
            .ok();
        let kernels = kernels::installed(&setup.data);
        if kernels.is_empty() {
            trouble
                .push("Nothing can run yet, since there is no Python with a kernel: run `cargo xtask kernels`.".into());
        }
        let welcome = Welcome {
            protocol: PROTOCOL.into(),
            builds: kernels.iter().map(|kernel| kernel.build.clone()).collect(),
            environment: Environment::Absent,
            cores: machine::cores().usable(),
            memory: machine::memory(),
            runs: Vec::new(),
            workspace: setup.workspace.display().to_string(),
            files: Vec::new(),
            driver: Driver::Earlier,
            progress: Progress::default(),
            deck: DeckState::default(),
            talk: None,
            trouble: (!trouble.is_empty()).then(|| trouble.join(" ")),
        };
        let preferred = kernels.first().map(|kernel| kernel.build.clone());
        let doctor = [setup.virgil, setup.data.clone(), setup.workspace.clone()];
        let outputs_in = setup.workspace.clone();
        let engine = Engine::start(kernels, limits::on_this_machine(setup.limits), setup.workspace);
        let outputs = Outputs::keep(&engine, &outputs_in);
        let archive = archive::Keeper::start(Archive::open(&outputs_in), &engine);
        let keeper = Keeper::start(&setup.data, preferred, &engine);
        let workshop = Arc::new(Workshop::new(setup.content, store));
        let follower = setup.deck.map(|folder| Follower::start(folder, workshop.clone())).transpose();
        let follower = follower.unwrap_or_else(|sentence| {
            trouble.push(sentence);
            None
        });
        let site = Site {
            gate: Arc::new(Gate::new(port, token.clone())),
            workshop: workshop.clone(),
            assets: Assets::embedded(),
            keeper: keeper.clone(),
            outputs: outputs.clone(),
            archive: archive.clone(),
            doctor,
            packed: Packed::default(),
            used_codes: UsedCodes::default(),
        };
        let (tabs, room) = (session::Tabs::new(), session::Room::default());
        let gate = site.gate.clone();
        let app = session::App {
            engine: engine.clone(),
            keeper: keeper.clone(),
            archive: archive.clone(),
            welcome,
            deck: workshop.state(),
            cells: workshop,
            learned: Learned::open(&outputs_in),
            tabs: tabs.clone(),
            talks: session::Talks::new(),
            streams: session::Streams::default(),
            room: room.clone(),
        };
        let serving = serve(listeners, site, app).map_err(|error| format!("Port {port} can't be served: {error}."))?;
        let handle = serving.handle();
        let serving = tokio::spawn(serving);
        Ok(Server {
            port,
            token,
            trouble,
            engine,
            keeper,
            outputs,
            archive,
            tabs,
            room,
            gate,
            handle,
            serving,
            _instance: instance,
            _run_file: run_file,
            _follower: follower,
        })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What lets command-line tools in.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// What can't be done, and what to do about it.
    pub fn trouble(&self) -> &[String] {
        &self.trouble
    }

    /// A new start link.
    ///
    /// # Errors
    /// The sentence to show when the system has no random numbers.
    pub fn new_link(&self) -> Result<String, String> {
        Ok(address(self.port, &self.token.new_code()?))
    }

    /// Returns when no page was connected, nothing ran and nobody asked for anything for so long; without a time never.
    pub async fn idle(&self, for_so_long: Option<Duration>) {
        let Some(most) = for_so_long else { return std::future::pending().await };
        let mut since = Instant::now();
        loop {
            tokio::time::sleep(IDLE_LOOK.min(most / 2)).await;
            if !self.room.is_empty() || self.engine.unfinished() > 0 {
                since = Instant::now();
            }
            if since.elapsed() >= most && self.gate.quiet() >= most {
                return;
            }
        }
    }

    /// Ends everything that runs, and serves no more.
    pub async fn stop(self) {
        self.tabs.end();
        self.keeper.shut_down().await;
        self.engine.shut_down().await;
        self.outputs.finish().await;
        self.archive.finish().await;
        self.handle.stop(false).await;
        match self.serving.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the server ended badly"),
            Err(error) => tracing::warn!(%error, "the server was ended"),
        }
    }

    fn say_hello(&self, serve: &Serve) -> Result<(), String> {
        if serve.port != 0 && self.port != serve.port {
            eprintln!("Port {} is taken: Virgil uses {}.", serve.port, self.port);
        }
        for sentence in &self.trouble {
            eprintln!("{sentence}");
        }
        let hello = format!(
            "Virgil is at {}\nYour edits are kept in {}.\nCode that you run in it has your user's rights. Ctrl+C ends \
             Virgil.\n",
            self.new_link()?,
            serve.workspace.display()
        );
        // Whoever closed our output doesn't want to read this.
        let _ = io::stdout().write_all(hello.as_bytes());
        Ok(())
    }
}

fn serve(listeners: Vec<TcpListener>, site: Site, app: session::App) -> io::Result<actix_web::dev::Server> {
    let gate = site.gate.clone();
    let (site, app) = (web::Data::new(site), web::Data::new(app));
    let server = HttpServer::new(move || {
        let gate = gate.clone();
        App::new()
            .app_data(site.clone())
            .app_data(app.clone())
            .configure(routes::add)
            .wrap(Compress::default())
            .wrap(from_fn(move |request, next| guard(gate.clone(), request, next)))
    });
    // Messages are small and people wait for them: without this the system holds them back for up to 40 ms.
    let server = server.tcp_nodelay(true).workers(WORKERS).client_request_timeout(SLOW_HEAD).disable_signals();
    // A page that has gone away mustn't be taken for one that listens.
    let server = server.h1_allow_half_closed(false);
    let server = listeners.into_iter().try_fold(server, HttpServer::listen)?;
    Ok(server.run())
}
