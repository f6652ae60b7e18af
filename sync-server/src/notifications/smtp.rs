//! The way to the mail server: one connection that carries several mails, one after the other.
//!
//! A connection that a try was given up on is dropped, never used again: what the server still says to the old command
//! would be taken for its answer to the next one.

use std::time::Duration;

use anyhow::Context as _;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::letter::line;
use super::message::Packed;
use crate::mail::{Security, Server};

/// Characters of what a server said that are kept.
const MAX_SAID_CHARS: usize = 300;
/// How long a goodbye may take.
const GOODBYE_WITHIN: Duration = Duration::from_secs(2);
/// What a server answers to somebody who would have to sign in: the settings are wrong, not the mail.
const SIGN_IN_CODES: [&str; 4] = ["530", "534", "535", "538"];

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The server cannot be used now, by any mail.
    Server(String),
    /// The server does not want this mail now.
    Later(String),
    /// The server will never want this mail.
    Never(String),
}

impl Failure {
    /// What went wrong, in words.
    #[must_use]
    pub fn said(&self) -> &str {
        match self {
            Self::Server(said) | Self::Later(said) | Self::Never(said) => said,
        }
    }
}

/// How to reach the mail server.
pub struct Way {
    server: Server,
    tls: Option<TlsParameters>,
    hello: ClientId,
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Way").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Way {
    /// Prepares the way; nothing is connected yet. `name` is what this server calls itself.
    ///
    /// # Errors
    /// When the file of authorities cannot be read.
    pub fn to(server: &Server, name: &str) -> anyhow::Result<Self> {
        let tls = match server.security {
            Security::None => None,
            Security::Tls | Security::StartTls => Some(parameters(server)?),
        };
        let hello = if name.contains('.') { ClientId::Domain(name.to_owned()) } else { ClientId::default() };
        Ok(Self { server: server.clone(), tls, hello })
    }

    /// The settings.
    #[must_use]
    pub const fn server(&self) -> &Server {
        &self.server
    }

    /// Connects and signs in.
    ///
    /// # Errors
    /// [`Failure::Server`].
    pub async fn connect(&self) -> Result<Line, Failure> {
        match timeout(self.server.timeout, self.connect_now()).await {
            Ok(connected) => connected.map_err(Failure::Server),
            Err(_) => Err(Failure::Server(format!("{} did not answer in time", self.server.host))),
        }
    }

    async fn connect_now(&self) -> Result<Line, String> {
        let mut connection = self.greeted().await?;
        if let Some(tls) = self.tls.clone().filter(|_| self.server.security == Security::StartTls) {
            connection.starttls(tls, &self.hello).await.map_err(|error| said(&error))?;
        }
        if let Some(login) = &self.server.login {
            let credentials = Credentials::new(login.user.clone(), login.password.expose().to_owned());
            let signed_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await;
            signed_in.map_err(|error| said(&error))?;
        }
        Ok(Line { connection: Box::new(connection), timeout: self.server.timeout })
    }

    async fn greeted(&self) -> Result<AsyncSmtpConnection, String> {
        let address = (self.server.host.as_str(), self.server.port);
        if let Some(tls) = self.tls.clone().filter(|_| self.server.security == Security::Tls) {
            let within = Some(self.server.timeout);
            let connecting =
                AsyncSmtpConnection::connect_tokio1(address, within, &self.hello, Some(tls), None);
            return connecting.await.map_err(|error| said(&error));
        }
        let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
        // A mail and its end are written apart: held back for more to come (RFC 896), each would cost some 40 ms.
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let connecting = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello);
        connecting.await.map_err(|error| said(&error))
    }
}

fn parameters(server: &Server) -> anyhow::Result<TlsParameters> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(file) = &server.authorities {
        let pem = std::fs::read(file).with_context(|| format!("smtp_ca: read {}", file.display()))?;
        let certificate =
            Certificate::from_pem(&pem).with_context(|| format!("smtp_ca: {}", file.display()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().context("prepare the encryption of mail")
}

/// A connection to the mail server.
pub struct Line {
    // Large, and handed on with every mail.
    connection: Box<AsyncSmtpConnection>,
    timeout: Duration,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").finish_non_exhaustive()
    }
}

impl Line {
    /// Sends one mail, and gives the line back for the next.
    ///
    /// # Errors
    /// [`Failure`]; the line is gone then.
    pub async fn send(mut self, packed: &Packed) -> Result<Self, Failure> {
        match timeout(self.timeout, self.connection.send(&packed.envelope, &packed.bytes)).await {
            Ok(Ok(_)) => Ok(self),
            Ok(Err(error)) => Err(judged(&error)),
            Err(_) => Err(Failure::Server("the mail server did not take the mail in time".to_owned())),
        }
    }

    /// Says goodbye.
    pub async fn close(mut self) {
        // Every mail was answered for: a goodbye that fails costs nothing.
        let _ = timeout(GOODBYE_WITHIN, self.connection.quit()).await;
    }
}

fn judged(error: &SmtpError) -> Failure {
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    let said = said(error);
    if SIGN_IN_CODES.contains(&code.as_str()) {
        Failure::Server(said)
    } else if error.is_permanent() || error.is_client() {
        Failure::Never(said)
    } else if error.is_transient() {
        Failure::Later(said)
    } else {
        Failure::Server(said)
    }
}

/// What went wrong, in one line: the code and the words of the server when it gave some.
fn said(error: &SmtpError) -> String {
    let mut source = std::error::Error::source(error);
    let mut words = match error.status() {
        Some(code) => code.to_string(),
        None => error.to_string(),
    };
    // The error's own text has the first source already, unless there is a code instead.
    if error.status().is_none() {
        source = source.and_then(std::error::Error::source);
    }
    while let Some(cause) = source {
        words.push(' ');
        words.push_str(&cause.to_string());
        source = cause.source();
    }
    line(&words, MAX_SAID_CHARS)
}
