//! The way between browser and Virgil, which a test can cut: a SOCKS proxy, so that addresses stay as they are.

use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A SOCKS proxy. Dropping it cuts everything for ever.
pub struct Wire {
    port: u16,
    whole: watch::Sender<bool>,
}

impl Wire {
    /// Listens on a port of its own.
    pub async fn open() -> Wire {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (whole, state) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                let mut state = state.clone();
                // A browser that is refused, or goes away, is what is tested.
                tokio::spawn(async move {
                    tokio::select! {
                        () = carry(browser) => {}
                        _ = state.wait_for(|whole| !whole) => {}
                    }
                });
            }
        });
        Wire { port, whole }
    }

    /// What makes Chromium go this way, also to this machine.
    pub fn flags(&self) -> [String; 2] {
        [format!("--proxy-server=socks5://127.0.0.1:{}", self.port), "--proxy-bypass-list=<-loopback>".into()]
    }

    /// Ends what is connected, and refuses what comes.
    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// Lets through what comes.
    pub fn mend(&self) {
        self.whole.send_replace(true);
    }
}

/// One connection, without a password, as Chromium asks for it.
async fn carry(mut browser: TcpStream) {
    let _ = async {
        let mut greeting = [0; 2];
        browser.read_exact(&mut greeting).await?;
        let mut methods = vec![0; usize::from(greeting[1])];
        browser.read_exact(&mut methods).await?;
        browser.write_all(&[5, 0]).await?;
        let mut request = [0; 5];
        browser.read_exact(&mut request).await?;
        // Chromium gives every address as text.
        let [5, 1, 0, 3, length] = request else { return Ok((0, 0)) };
        let mut host = vec![0; usize::from(length)];
        browser.read_exact(&mut host).await?;
        let port = browser.read_u16().await?;
        // Whatever else it looks for is not there.
        if host != Ipv4Addr::LOCALHOST.to_string().as_bytes() {
            return Ok((0, 0));
        }
        let mut runner = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        browser.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
        copy_bidirectional(&mut browser, &mut runner).await
    }
    .await;
}
