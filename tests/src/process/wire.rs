//! A bare client of the sync protocol: says exactly what a test wants said, and reads what comes.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::{Request, Response};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use uuid::Uuid;
use zumodra_shared::registry::SCHEMA_VERSION;
use zumodra_shared::sync::PROTOCOL;
use zumodra_shared::sync::wire::{
    ClientFrame, Hello, Item, Outcome, Push, PushedChange, ServerFrame, Welcome, decode, encode,
};

/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// A connection.
#[derive(Debug)]
pub struct Wire {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    batch: u32,
    /// Documents that pages and chunks brought while something else was waited for.
    pub items: Vec<Item>,
}

impl Wire {
    /// Connects and says nothing yet.
    ///
    /// # Errors
    /// When the server does not upgrade the connection.
    pub async fn connect(url: &str) -> Result<Self> {
        Ok(Self::open(request(url)?).await?.0)
    }

    /// Connects with headers in the opening handshake; says whether the answer has the last one too.
    ///
    /// # Errors
    /// As [`Wire::connect`].
    pub async fn connect_with(url: &str, headers: &[(&'static str, &str)]) -> Result<(Self, bool)> {
        let mut request = request(url)?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse()?);
        }
        let (wire, answer) = Self::open(request).await?;
        let taken = headers.last().is_some_and(|(name, _)| answer.headers().contains_key(*name));
        Ok((wire, taken))
    }

    async fn open(request: Request) -> Result<(Self, Response)> {
        // As a desktop does: a small frame does not wait for the answer to the one before.
        let (socket, answer) = tokio_tungstenite::connect_async_with_config(request, None, true).await?;
        Ok((Self { socket, batch: 0, items: Vec::new() }, answer))
    }

    /// Connects and says hello as a new replica.
    ///
    /// # Errors
    /// When the server does not welcome it.
    pub async fn welcomed(url: &str, token: &str) -> Result<(Self, Welcome)> {
        let mut wire = Self::connect(url).await?;
        wire.send(&ClientFrame::Hello(hello(token))).await?;
        match wire.answer().await? {
            ServerFrame::Welcome(welcome) => {
                // There is nothing here that may not be.
                wire.send(&ClientFrame::Purged).await?;
                Ok((wire, welcome))
            }
            other => bail!("no welcome: {other:?}"),
        }
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// When the connection is closed.
    pub async fn send(&mut self, frame: &ClientFrame) -> Result<()> {
        self.send_bytes(encode(frame)).await
    }

    /// Sends bytes that need not be a frame.
    ///
    /// # Errors
    /// When the connection is closed.
    pub async fn send_bytes(&mut self, bytes: Vec<u8>) -> Result<()> {
        Ok(self.socket.send(Message::Binary(bytes.into())).await?)
    }

    /// The next frame.
    ///
    /// # Errors
    /// When none comes in time or the connection ends.
    pub async fn answer(&mut self) -> Result<ServerFrame> {
        loop {
            let message =
                tokio::time::timeout(ANSWER_WITHIN, self.socket.next()).await.context("no answer")?;
            match message.context("the connection ended")?? {
                Message::Binary(bytes) => {
                    return decode(&bytes).map_err(|problem| anyhow::anyhow!("{problem}"));
                }
                Message::Close(_) => bail!("the connection was closed"),
                _ => {}
            }
        }
    }

    /// Reads frames until one fits; documents on the way are kept in `items`.
    ///
    /// # Errors
    /// As [`Wire::answer`].
    pub async fn until<T>(&mut self, mut fits: impl FnMut(&ServerFrame) -> Option<T>) -> Result<T> {
        loop {
            let frame = self.answer().await?;
            match &frame {
                ServerFrame::Page(page) => self.items.extend(page.items.iter().cloned()),
                ServerFrame::Chunk(chunk) => self.items.extend(chunk.items.iter().cloned()),
                _ => {}
            }
            if let Some(found) = fits(&frame) {
                return Ok(found);
            }
        }
    }

    /// Pushes changes and gives the outcomes.
    ///
    /// # Errors
    /// As [`Wire::answer`].
    pub async fn push(&mut self, changes: Vec<PushedChange>) -> Result<Vec<Outcome>> {
        self.batch += 1;
        let batch = self.batch;
        self.send(&ClientFrame::Push(Push { batch, changes })).await?;
        self.until(|frame| match frame {
            ServerFrame::Pushed(pushed) if pushed.batch == batch => Some(pushed.outcomes.clone()),
            _ => None,
        })
        .await
    }

    /// Pushes one change and gives the code of its refusal, if it was refused.
    ///
    /// # Errors
    /// As [`Wire::answer`].
    pub async fn push_one(&mut self, doc: Uuid, kind: u16, body: Vec<u8>) -> Result<Option<String>> {
        let outcomes = self.push(vec![PushedChange { doc, kind, body }]).await?;
        Ok(match outcomes.into_iter().next().context("one outcome")? {
            Outcome::Accepted(_) => None,
            Outcome::Refused(problem) | Outcome::Later(problem) => Some(problem.code),
        })
    }

    /// Whether a word stands anywhere in what a new replica of somebody is sent.
    ///
    /// # Errors
    /// When the connection fails.
    pub async fn brings(url: &str, token: &str, word: &str) -> Result<bool> {
        let (mut wire, welcome) = Self::welcomed(url, token).await?;
        wire.download(&welcome).await?;
        // Bodies differ by kind; the debug form has the bytes of each.
        let bytes = word.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ");
        Ok(wire.items.iter().any(|item| format!("{:?}", item.body).contains(&bytes)))
    }

    /// Downloads everything that the welcome announced, and reads on until the first page that ends a catch-up.
    ///
    /// # Errors
    /// As [`Wire::answer`].
    pub async fn download(&mut self, welcome: &Welcome) -> Result<()> {
        let mut next = welcome.download.clone();
        while let Some(position) = next {
            self.send(&ClientFrame::NextChunk(position)).await?;
            next = self
                .until(|frame| match frame {
                    ServerFrame::Chunk(chunk) => Some(chunk.next.clone()),
                    _ => None,
                })
                .await?;
        }
        Ok(())
    }
}

fn request(url: &str) -> Result<Request> {
    Ok(format!("{}/api/v1/sync", url.replacen("http", "ws", 1)).into_client_request()?)
}

/// The hello of a new replica.
#[must_use]
pub fn hello(token: &str) -> Hello {
    Hello {
        protocol: PROTOCOL,
        schema: SCHEMA_VERSION,
        token: token.to_owned(),
        cursor: None,
        scopes: Vec::new(),
        download: None,
        digest: None,
    }
}
