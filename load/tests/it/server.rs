//! Servers as plain as can be, each on a thread and an event loop of its own, so that they are not the generator's.

use std::net::SocketAddr;
use std::thread;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Serves every connection by this until the tests end.
pub fn serve<F: Future<Output = ()> + 'static>(each: impl Fn(TcpStream, u32) -> F + Send + 'static) -> SocketAddr {
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tokio::task::LocalSet::new().block_on(&runtime, async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                tokio::task::spawn_local(each(stream, number));
            }
        });
    });
    told.recv().unwrap()
}

/// Reads one request without a body: its first line. None if the client has gone.
pub async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        let mut part = [0; 4096];
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => read.extend_from_slice(&part[..count]),
        }
    }
    String::from_utf8(read).unwrap().lines().next().map(str::to_owned)
}

pub async fn write(stream: &mut TcpStream, bytes: &[u8]) {
    // The client may have gone.
    let _ = stream.write_all(bytes).await;
}

pub const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Answers everything at once.
pub fn at_once() -> SocketAddr {
    serve(|mut stream, _| async move {
        while request(&mut stream).await.is_some() {
            write(&mut stream, ANSWER).await;
        }
    })
}
