//! A network connection that counts, and that can be cut: bytes and WebSocket frames each way, and how often the near
//! side spoke after the far side had.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Bytes that are read at once.
const BUFFER_BYTES: usize = 64 << 10;
/// Bytes of an HTTP head that are looked at.
const MAX_HEAD_BYTES: usize = 16 << 10;
/// WebSocket opcodes from here on are control frames.
const FIRST_CONTROL: u8 = 8;

/// What went one way.
#[derive(Debug, Default)]
struct Way {
    bytes: AtomicU64,
    frames: AtomicU64,
}

#[derive(Debug, Default)]
struct Counters {
    up: Way,
    down: Way,
    turns: AtomicU64,
    far_spoke: AtomicBool,
}

/// What went through a link up to some moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes to the server, HTTP heads and WebSocket headers included.
    pub up: u64,
    /// Bytes from the server.
    pub down: u64,
    /// WebSocket data frames to the server.
    pub frames_up: u64,
    /// WebSocket data frames from the server.
    pub frames_down: u64,
    /// How often a WebSocket's near side spoke after its far side had: round trips beyond the handshake.
    pub turns: u64,
}

impl Traffic {
    /// What went through since an earlier moment.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self {
            up: self.up - earlier.up,
            down: self.down - earlier.down,
            frames_up: self.frames_up - earlier.frames_up,
            frames_down: self.frames_down - earlier.frames_down,
            turns: self.turns - earlier.turns,
        }
    }

    /// Bytes both ways.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.up + self.down
    }
}

/// A connection to one server.
#[derive(Debug)]
pub struct Link {
    /// Where the near side finds the server.
    pub url: String,
    counters: Arc<Counters>,
    is_cut: Arc<AtomicBool>,
    cut: Arc<Notify>,
}

impl Link {
    /// Lays a connection to a server at an address of this machine.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn to(server: &str) -> Result<Self> {
        let far = server.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let link = Self { url, counters: Arc::default(), is_cut: Arc::default(), cut: Arc::default() };
        let (counters, is_cut, cut) =
            (Arc::clone(&link.counters), Arc::clone(&link.is_cut), Arc::clone(&link.cut));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (counters, is_cut, cut) = (Arc::clone(&counters), Arc::clone(&is_cut), Arc::clone(&cut));
                let far = far.clone();
                tokio::spawn(async move {
                    let ended = cut.notified();
                    if is_cut.load(Ordering::SeqCst) {
                        return;
                    }
                    let Ok(far) = TcpStream::connect(far).await else { return };
                    tokio::select! {
                        // Whichever side ends, the other learns of it by its own connection.
                        _ = both(near, far, &counters) => {}
                        () = ended => {}
                    }
                });
            }
        });
        Ok(link)
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

    /// What went through so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        let read = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        let Counters { up, down, turns, .. } = self.counters.as_ref();
        Traffic {
            up: read(&up.bytes),
            down: read(&down.bytes),
            frames_up: read(&up.frames),
            frames_down: read(&down.frames),
            turns: read(turns),
        }
    }
}

async fn both(mut near: TcpStream, mut far: TcpStream, counters: &Counters) -> std::io::Result<()> {
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let (near_read, near_write) = near.split();
    let (far_read, far_write) = far.split();
    let up = pump(near_read, far_write, |bytes, frames| {
        counters.up.bytes.fetch_add(bytes, Ordering::SeqCst);
        if counters.up.frames.fetch_add(frames, Ordering::SeqCst) > 0
            && frames > 0
            && counters.far_spoke.swap(false, Ordering::SeqCst)
        {
            counters.turns.fetch_add(1, Ordering::SeqCst);
        }
    });
    let down = pump(far_read, near_write, |bytes, frames| {
        counters.down.bytes.fetch_add(bytes, Ordering::SeqCst);
        counters.down.frames.fetch_add(frames, Ordering::SeqCst);
        if frames > 0 {
            counters.far_spoke.store(true, Ordering::SeqCst);
        }
    });
    tokio::try_join!(up, down).map(|_| ())
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    count: impl Fn(u64, u64),
) -> std::io::Result<()> {
    let mut frames = Frames::default();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        count(u64::try_from(read).unwrap_or_default(), frames.pass(&buffer[..read]));
        to.write_all(&buffer[..read]).await?;
    }
}

/// Finds the frames in one direction of a connection.
#[derive(Debug, Default)]
struct Frames {
    head: Vec<u8>,
    phase: Phase,
    skip: u64,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Phase {
    /// The HTTP head is not over.
    #[default]
    Head,
    /// Frames follow upon frames.
    Frames,
    /// Not a WebSocket.
    Other,
}

impl Frames {
    /// Takes the next bytes and gives the data frames that begin in them.
    fn pass(&mut self, bytes: &[u8]) -> u64 {
        let mut found = 0;
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            match self.phase {
                Phase::Other => return found,
                Phase::Head => {
                    self.head.push(byte);
                    rest = after;
                    if self.head.ends_with(b"\r\n\r\n") {
                        let head = String::from_utf8_lossy(&self.head).to_ascii_lowercase();
                        let upgrades = head.contains("upgrade: websocket");
                        self.phase = if upgrades { Phase::Frames } else { Phase::Other };
                        self.head.clear();
                    } else if self.head.len() > MAX_HEAD_BYTES {
                        self.phase = Phase::Other;
                    }
                }
                Phase::Frames if self.skip > 0 => {
                    let here = usize::try_from(self.skip).unwrap_or(usize::MAX).min(rest.len());
                    self.skip -= u64::try_from(here).unwrap_or_default();
                    rest = &rest[here..];
                }
                Phase::Frames => {
                    self.head.push(byte);
                    rest = after;
                    if let Some(payload) = payload(&self.head) {
                        found += u64::from(self.head[0] & 0x0f < FIRST_CONTROL);
                        self.skip = payload;
                        self.head.clear();
                    }
                }
            }
        }
        found
    }
}

/// The length of the payload, once the header of a frame is whole.
fn payload(header: &[u8]) -> Option<u64> {
    let second = *header.get(1)?;
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let (extended, short) = match second & 0x7f {
        126 => (2, 0),
        127 => (8, 0),
        short => (0, u64::from(short)),
    };
    if header.len() < 2 + extended + mask {
        return None;
    }
    let length = header[2..2 + extended].iter().fold(short, |length, byte| length << 8 | u64::from(*byte));
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_however_the_bytes_are_cut() {
        let mut bytes = b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n".to_vec();
        bytes.extend([0x82, 0x83, 1, 2, 3, 4, 9, 9, 9]);
        bytes.extend([0x89, 0x00]);
        bytes.extend([0x82, 126, 1, 0]);
        bytes.extend([7; 256]);
        bytes.extend([0x82, 0x01, 5]);
        for cut in 1..bytes.len() {
            let mut frames = Frames::default();
            let (one, other) = bytes.split_at(cut);
            assert_eq!(frames.pass(one) + frames.pass(other), 3, "cut at {cut}");
        }
        let mut plain = Frames::default();
        assert_eq!(plain.pass(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n\x82\x01\x05"), 0);
    }
}
