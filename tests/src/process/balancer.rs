//! One address before several servers, as a load balancer is: each connection goes to a server that takes it, in turn.
//! The network behind it can be made bad: streams are cut, delayed, truncated, and parts of them come twice.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Bytes that are read at once.
const BUFFER_BYTES: usize = 16 << 10;
/// The longest that bytes are held back.
const MAX_DELAY_MS: u64 = 400;

/// How bad a network is: out of a thousand reads, how many meet what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weather {
    /// The connection is cut before what was read is passed on.
    pub cut: u32,
    /// A part of what was read is passed on, then the connection is cut.
    pub truncated: u32,
    /// What was read is passed on twice.
    pub doubled: u32,
    /// What was read is held back for a while.
    pub delayed: u32,
}

/// What a bad network did so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Harm {
    /// Connections that were opened.
    pub connections: u64,
    /// Connections that were cut.
    pub cut: u64,
    /// Connections that were cut in the middle of what was read.
    pub truncated: u64,
    /// Reads that were passed on twice.
    pub doubled: u64,
    /// Reads that were held back.
    pub delayed: u64,
}

#[derive(Debug, Default)]
struct Counters {
    connections: AtomicU64,
    cut: AtomicU64,
    truncated: AtomicU64,
    doubled: AtomicU64,
    delayed: AtomicU64,
}

#[derive(Debug)]
struct Shared {
    servers: Vec<String>,
    next: AtomicUsize,
    weather: Mutex<Weather>,
    rng: Mutex<ChaCha8Rng>,
    counters: Counters,
    is_closed: AtomicBool,
    closed: Notify,
}

/// The address, and the network behind it.
#[derive(Debug)]
pub struct Balancer {
    /// Where clients find the servers.
    pub url: String,
    shared: Arc<Shared>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.accepting.abort();
        self.shared.closed.notify_waiters();
    }
}

/// What happens to bytes that were read.
enum Luck {
    Good,
    Cut,
    Truncated,
    Doubled,
    Delayed(u64),
}

impl Shared {
    fn luck(&self) -> Luck {
        let weather = *self.weather.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
        let roll = rng.random_range(0..1_000);
        let counted = |counter: &AtomicU64, luck| {
            counter.fetch_add(1, Ordering::SeqCst);
            luck
        };
        let mut bound = weather.cut;
        if roll < bound {
            return counted(&self.counters.cut, Luck::Cut);
        }
        bound += weather.truncated;
        if roll < bound {
            return counted(&self.counters.truncated, Luck::Truncated);
        }
        bound += weather.doubled;
        if roll < bound {
            return counted(&self.counters.doubled, Luck::Doubled);
        }
        bound += weather.delayed;
        if roll < bound {
            let ms = rng.random_range(1..MAX_DELAY_MS);
            return counted(&self.counters.delayed, Luck::Delayed(ms));
        }
        Luck::Good
    }

    /// The next server that takes a connection.
    async fn connect(&self) -> Option<TcpStream> {
        let first = self.next.fetch_add(1, Ordering::SeqCst);
        for at in 0..self.servers.len() {
            let server = &self.servers[(first + at) % self.servers.len()];
            if let Ok(stream) = TcpStream::connect(server.as_str()).await {
                return Some(stream);
            }
        }
        None
    }

    async fn carry(&self, near: TcpStream) {
        self.counters.connections.fetch_add(1, Ordering::SeqCst);
        let Some(far) = self.connect().await else { return };
        if near.set_nodelay(true).is_err() || far.set_nodelay(true).is_err() {
            return;
        }
        let ((near_read, near_write), (far_read, far_write)) = (near.into_split(), far.into_split());
        let both = async {
            tokio::select! {
                _ = self.pump(near_read, far_write) => {}
                _ = self.pump(far_read, near_write) => {}
            }
        };
        tokio::select! {
            () = self.closed.notified() => {}
            () = both => {}
        }
    }

    async fn pump(
        &self,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
    ) -> std::io::Result<()> {
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            let read = from.read(&mut buffer).await?;
            let bytes = &buffer[..read];
            if read == 0 {
                return to.shutdown().await;
            }
            match self.luck() {
                Luck::Good => {}
                Luck::Cut => return Ok(()),
                Luck::Truncated => return to.write_all(&bytes[..read / 2]).await,
                Luck::Doubled => to.write_all(bytes).await?,
                Luck::Delayed(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
            }
            to.write_all(bytes).await?;
        }
    }
}

impl Balancer {
    /// Opens an address before servers of this machine.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn before(servers: &[String], seed: u64) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            servers: servers.iter().map(|url| url.trim_start_matches("http://").to_owned()).collect(),
            next: AtomicUsize::default(),
            weather: Mutex::default(),
            rng: Mutex::new(ChaCha8Rng::seed_from_u64(seed)),
            counters: Counters::default(),
            is_closed: AtomicBool::default(),
            closed: Notify::new(),
        });
        let accepting = Arc::clone(&shared);
        let accepting = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                if accepting.is_closed.load(Ordering::SeqCst) {
                    continue;
                }
                let shared = Arc::clone(&accepting);
                tokio::spawn(async move { shared.carry(near).await });
            }
        });
        Ok(Self { url, shared, accepting })
    }

    /// Changes the weather for every connection.
    pub fn weather(&self, weather: Weather) {
        *self.shared.weather.lock().unwrap_or_else(PoisonError::into_inner) = weather;
    }

    /// Cuts every connection, and lets new ones through or not.
    pub fn cut(&self, reopen: bool) {
        self.shared.is_closed.store(!reopen, Ordering::SeqCst);
        self.shared.closed.notify_waiters();
    }

    /// What the network did so far.
    #[must_use]
    pub fn harm(&self) -> Harm {
        let read = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        let Counters { connections, cut, truncated, doubled, delayed } = &self.shared.counters;
        Harm {
            connections: read(connections),
            cut: read(cut),
            truncated: read(truncated),
            doubled: read(doubled),
            delayed: read(delayed),
        }
    }
}
