//! A network connection that can be cut: everything that goes between a replica and the server goes through here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// A connection to one server.
#[derive(Debug)]
pub struct Link {
    /// Where the replica finds the server.
    pub url: String,
    is_cut: Arc<AtomicBool>,
    cut: Arc<Notify>,
}

impl Link {
    /// Lays a connection to a server that listens on this port of this machine.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn to(port: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (is_cut, cut) = (Arc::new(AtomicBool::new(false)), Arc::new(Notify::new()));
        let (is_cut_here, cut_here) = (Arc::clone(&is_cut), Arc::clone(&cut));
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (is_cut, cut) = (Arc::clone(&is_cut_here), Arc::clone(&cut_here));
                tokio::spawn(async move {
                    let ended = cut.notified();
                    if is_cut.load(Ordering::SeqCst) {
                        return;
                    }
                    let Ok(mut far) = TcpStream::connect(("127.0.0.1", port)).await else { return };
                    tokio::select! {
                        // Whichever side ends, the other learns of it by its own connection.
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        () = ended => {}
                    }
                });
            }
        });
        Ok(Self { url, is_cut, cut })
    }

    /// Cuts every connection and lets no new one through.
    pub fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        self.cut.notify_waiters();
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}
