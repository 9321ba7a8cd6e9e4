//! A server with a tiny deck, and a client that sends exactly what it is told.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use runner::content;
use runner::server::{Server, Setup};
use tokio::sync::oneshot;

/// A running server; dropping it stops it.
pub struct Harness {
    pub port: u16,
    pub token: String,
    pub folder: tempfile::TempDir,
    pub trouble: Vec<String>,
    links: mpsc::Receiver<String>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A response, taken apart.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub fn deck() -> content::Content {
    let slide =
        |title: &str, body: &str| format!("+++\ntitle = \"{title}\"\nsection = \"S\"\nminutes = 1\n+++\n{body}");
    let first = "Code has your user's rights.\n\n```python run\nprint(1 < 2)\n```\n";
    let files = [
        ("slides/deck.toml", "title = \"Threads & locks\"\n".to_owned()),
        ("slides/01-one.md", slide("One <lock>", first)),
        (
            "slides/02-two.md",
            slide("Two", "Middle.\n\n```explain\nMore about [three](/slide/03-three) and the lock.\n```\n"),
        ),
        ("slides/glossary.toml", "[[term]]\nterm = \"lock\"\nmeans = \"Who has it, runs.\"\n".into()),
        ("slides/03-three.md", slide("Three", "```exercise race\n```\n")),
        (
            "exercises/race/exercise.toml",
            "title = \"Race\"\nminutes = 1\nmodes = [\"sequential\"]\nhints = [\"One.\", \"Two.\"]\n".into(),
        ),
        ("exercises/race/starter.py", "print('starter')\n".into()),
        ("exercises/race/solution.py", "print('solution')\n".into()),
        ("exercises/race/check.py", "def check(results, lap): pass\n".into()),
    ];
    content::parse(&files.map(|(path, text)| (path.to_owned(), text)).into()).unwrap()
}

impl Harness {
    pub fn start() -> Harness {
        let folder = tempfile::tempdir().unwrap();
        let workspace = folder.path().join("workspace");
        Harness::start_in(folder, workspace)
    }

    pub fn start_in(folder: tempfile::TempDir, workspace: PathBuf) -> Harness {
        Harness::start_of(folder, workspace, env!("CARGO_BIN_EXE_virgil").into())
    }

    fn start_of(folder: tempfile::TempDir, workspace: PathBuf, virgil: PathBuf) -> Harness {
        let setup = Setup {
            port: 0,
            workspace,
            data: folder.path().join("data"),
            virgil,
            content: deck(),
            deck: None,
            limits: shared::LimitChoice::default(),
        };
        let (said, heard) = mpsc::channel();
        let (links_in, links) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::start(setup).unwrap();
                said.send((server.port(), server.token().text().to_owned(), server.trouble().to_vec())).unwrap();
                for _ in 0..4 {
                    links_in.send(server.new_link().unwrap()).unwrap();
                }
                // The sender may also be dropped: that is a stop too.
                let _ = stopped.await;
                server.stop().await;
            });
        });
        let (port, token, trouble) = heard.recv_timeout(Duration::from_secs(10)).unwrap();
        Harness { port, token, folder, trouble, links, stop: Some(stop), thread: Some(thread) }
    }

    /// The path of a start link that nobody has opened.
    pub fn login(&self) -> String {
        let link = self.links.recv().unwrap();
        link.strip_prefix(&format!("http://127.0.0.1:{}", self.port)).unwrap().to_owned()
    }

    pub fn cookie(&self) -> String {
        format!("Cookie: virgil_{}={}", self.port, self.token)
    }

    pub fn bearer(&self) -> String {
        format!("Authorization: Bearer {}", self.token)
    }

    /// As [`Harness::start`], with another program in place of the one that looks at the machine.
    pub fn start_with(virgil: &str) -> Harness {
        let folder = tempfile::tempdir().unwrap();
        let workspace = folder.path().join("workspace");
        Harness::start_of(folder, workspace, virgil.into())
    }

    /// Sends this request line and these headers, with the right `Host` and the wish to close.
    pub fn send(&self, line: &str, headers: &[&str]) -> Reply {
        let host = format!("Host: 127.0.0.1:{}", self.port);
        self.send_raw(line, &[&[host.as_str()], headers].concat())
    }

    /// The same without the `Host`.
    pub fn send_raw(&self, line: &str, headers: &[&str]) -> Reply {
        self.open_raw(line, headers).1
    }

    /// The same, and the connection is kept open.
    pub fn open_raw(&self, line: &str, headers: &[&str]) -> (TcpStream, Reply) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let head: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        write!(stream, "{line} HTTP/1.1\r\n{head}Connection: {}\r\n\r\n", connection(headers)).unwrap();
        let reply = read_reply(&mut stream);
        (stream, reply)
    }

    /// Asks for an upgrade to a WebSocket, with these headers.
    pub fn upgrade(&self, path: &str, headers: &[&str]) -> Reply {
        self.open_socket(path, headers).1
    }

    /// The same, and the connection is kept open.
    pub fn open_socket(&self, path: &str, headers: &[&str]) -> (TcpStream, Reply) {
        const UPGRADE: [&str; 3] =
            ["Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
        let host = format!("Host: 127.0.0.1:{}", self.port);
        self.open_raw(&format!("GET {path}"), &[&[host.as_str()], UPGRADE.as_slice(), headers].concat())
    }

    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        self.end();
    }
}

fn connection(headers: &[&str]) -> &'static str {
    if headers.iter().any(|header| header.starts_with("Upgrade:")) { "Upgrade" } else { "close" }
}

/// Reads a response: to the end of its body, if it says how long that is, or of the connection.
pub fn read_reply(stream: &mut TcpStream) -> Reply {
    let mut bytes = Vec::new();
    let mut piece = [0; 65536];
    let head_end = |bytes: &[u8]| bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let is_whole = |bytes: &[u8]| {
        let Some(end) = head_end(bytes) else { return false };
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        head.starts_with("http/1.1 101") || length.is_some_and(|length| bytes.len() - end - 4 >= length)
    };
    while !is_whole(&bytes) {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => bytes.extend_from_slice(&piece[..count]),
            Err(error) => panic!("{error} after {}", String::from_utf8_lossy(&bytes)),
        }
    }
    let end = head_end(&bytes).unwrap_or_else(|| panic!("no response: {}", String::from_utf8_lossy(&bytes)));
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Reply { status, headers, body: bytes[end + 4..].to_vec() }
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
