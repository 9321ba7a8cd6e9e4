//! A server with everything around it, and pages that speak to it over the wire.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use runner::content;
use runner::kernels::Kernel;
use runner::server::{Server, Setup};
use shared::{
    CellId, ClientMessage, Environment, LimitChoice, Mode, PROTOCOL, RunEvent, RunId, RunRequest, ServerMessage,
    Welcome,
};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::sync::MutexGuard;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::bench::{ONE, children, kernel};

/// A server, with scripted kernels unless said otherwise.
pub struct Site {
    pub server: Server,
    pub folder: TempDir,
    _one: MutexGuard<'static, ()>,
}

impl Site {
    pub async fn start() -> Site {
        Site::with(kernel("ordinary")).await
    }

    pub async fn with(kernel: Kernel) -> Site {
        let one = ONE.lock().await;
        let folder = tempfile::tempdir().expect("a folder can be made");
        let home = folder.path().join(format!("kernels/test-{PROTOCOL}"));
        std::fs::create_dir_all(&home).expect("a folder can be made");
        std::fs::copy(&kernel.binary, home.join("virgil-kernel")).expect("a file can be copied");
        let build = serde_json::to_vec(&kernel.build).expect("a build is plain data");
        std::fs::write(home.join("build.json"), build).expect("a file can be written");
        let slide = "+++\ntitle = \"One\"\nsection = \"S\"\nminutes = 1\n+++\nCode has your user's rights.\n\n```exercise race\n```\n";
        let files = [
            ("slides/deck.toml", "title = \"Deck\"\n"),
            ("slides/01-one.md", slide),
            (
                "exercises/race/exercise.toml",
                "title = \"Race\"\nminutes = 1\nmodes = [\"sequential\"]\nhints = [\"One.\", \"Two.\"]\n",
            ),
            ("exercises/race/starter.py", "print('starter')\n"),
            ("exercises/race/solution.py", "print('solution')\n"),
            ("exercises/race/check.py", "def check(results, lap): pass\n"),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let content = content::parse(&files.into()).expect("the deck is right");
        let workspace = folder.path().join("workspace");
        let setup = Setup {
            port: 0,
            workspace,
            data: folder.path().to_owned(),
            virgil: env!("CARGO_BIN_EXE_virgil").into(),
            content,
            deck: None,
            limits: LimitChoice::default(),
        };
        let server = Server::start(setup).expect("a server can be started");
        Site { server, folder, _one: one }
    }

    pub fn saved(&self) -> String {
        let file: PathBuf = self.folder.path().join("workspace/race.py");
        std::fs::read_to_string(file).unwrap_or_default()
    }

    /// A page that was welcomed, in a tab of its own.
    pub async fn page(&self) -> (Page, Welcome) {
        self.page_at("").await
    }

    /// The same for a tab that says who it is.
    pub async fn tab(&self, name: u64) -> (Page, Welcome) {
        self.page_at(&format!("?tab={name}")).await
    }

    /// The same with this query.
    pub async fn page_at(&self, query: &str) -> (Page, Welcome) {
        let address = format!("ws://127.0.0.1:{}/api/socket{query}", self.server.port());
        let mut request = address.into_client_request().expect("the address is right");
        let bearer = format!("Bearer {}", self.server.token().text()).parse().expect("a token is plain text");
        request.headers_mut().insert("authorization", bearer);
        let (socket, _) = connect_async(request).await.expect("the gate lets the token in");
        let mut page = Page(socket);
        match page.hear().await {
            ServerMessage::Welcome(welcome) => (page, *welcome),
            other => panic!("first came {other:?}"),
        }
    }

    /// Asks for something of the server with its token.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let address = format!("http://127.0.0.1:{}{path}", self.server.port());
        let request = reqwest::Client::new().get(address).bearer_auth(self.server.token().text());
        let reply = request.send().await.expect("the server answers");
        (reply.status().as_u16(), reply.text().await.expect("it answers with text"))
    }

    pub async fn stop(self) {
        self.server.stop().await;
        assert_eq!(children(), Vec::<String>::new());
    }
}

pub struct Page(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Page {
    pub async fn say(&mut self, message: &ClientMessage) {
        let bytes = postcard::to_allocvec(message).expect("a message is plain data");
        self.0.send(Message::binary(bytes)).await.expect("the server listens");
    }

    /// The next message, but for how far the environment is.
    pub async fn hear(&mut self) -> ServerMessage {
        loop {
            let message = self.hear_all().await;
            if !matches!(message, ServerMessage::Environment(_)) {
                return message;
            }
        }
    }

    /// The next message about the environment that says so.
    pub async fn environment(&mut self, says: impl Fn(&Environment) -> bool) -> Environment {
        loop {
            if let ServerMessage::Environment(environment) = self.hear_all().await
                && says(&environment)
            {
                return environment;
            }
        }
    }

    pub async fn hear_all(&mut self) -> ServerMessage {
        loop {
            let message = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await;
            match message.expect("the server speaks").expect("the server is there").expect("it speaks WebSocket") {
                Message::Binary(bytes) => return postcard::from_bytes(&bytes).expect("it speaks the protocol"),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Presses Run; returns the run once it is accepted.
    pub async fn run(&mut self, script: &str) -> RunId {
        let request = RunRequest {
            cell: CellId("race".into()),
            source: script.replace("; ", "\n"),
            modes: vec![Mode::Sequential],
            workers: vec![],
            repeats: 1,
            warm_up: 0,
            build: None,
        };
        self.start(request).await
    }

    pub async fn start(&mut self, request: RunRequest) -> RunId {
        self.say(&ClientMessage::Start(request)).await;
        loop {
            if let ServerMessage::Accepted(ticket) = self.hear().await {
                return ticket.id;
            }
        }
    }

    /// The run's events from this number until they are so, without gaps, and how they were batched.
    pub async fn events(
        &mut self,
        run: RunId,
        since: u64,
        are_so: impl Fn(&[RunEvent]) -> bool,
    ) -> (Vec<RunEvent>, Vec<usize>) {
        let (mut events, mut batches) = (Vec::new(), Vec::new());
        while !are_so(&events) {
            if let ServerMessage::Events { run: of, first, events: more } = self.hear().await
                && of == run
            {
                assert_eq!(first, since + events.len() as u64);
                batches.push(more.len());
                events.extend(more);
            }
        }
        (events, batches)
    }
}
