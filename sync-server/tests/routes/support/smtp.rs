//! A real SMTP server that nobody here wrote, aiosmtpd, with what Python's own parser reads in the messages it got.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{folder, peer};

/// How long a test waits for mail to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running mail server; it ends when it is dropped.
pub struct SmtpPeer {
    child: Child,
    folder: PathBuf,
    port: u16,
}

/// A message that arrived, as Python's parser reads it.
#[derive(Debug, Clone)]
pub struct Arrived(pub Value);

impl Arrived {
    /// The only value of a header.
    #[track_caller]
    pub fn header(&self, name: &str) -> String {
        let headers = self.0["headers"].as_array().expect("headers");
        let found: Vec<&str> = headers
            .iter()
            .filter(|header| header[0].as_str().is_some_and(|found| found.eq_ignore_ascii_case(name)))
            .filter_map(|header| header[1].as_str())
            .collect();
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        found[0].to_owned()
    }

    /// The plain part.
    pub fn text(&self) -> &str {
        self.0["text"].as_str().expect("a text")
    }

    /// The HTML part.
    pub fn html(&self) -> &str {
        self.0["html"].as_str().expect("HTML")
    }

    /// To which address it was handed over.
    pub fn to(&self) -> &str {
        self.0["to"][0].as_str().expect("an address")
    }

    /// The address of the text that begins like this.
    #[track_caller]
    pub fn link(&self, start: &str) -> String {
        let found = self.text().split_whitespace().find(|word| word.starts_with(start));
        found.unwrap_or_else(|| panic!("no {start} in {}", self.text())).to_owned()
    }
}

impl SmtpPeer {
    /// Starts a server that anybody on this machine may use.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Starts a server with further options.
    pub fn with(options: &[&str]) -> Self {
        let folder = folder("smtp");
        let arguments = std::iter::once(folder.as_os_str()).chain(options.iter().map(OsStr::new));
        let (child, port) = peer::start("smtp_peer.py", arguments);
        Self { child, folder, port }
    }

    /// Its address without encryption.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    /// Its port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// What arrived, in its order.
    pub fn all(&self) -> Vec<Arrived> {
        let names =
            std::fs::read_dir(&self.folder).expect("the folder").map(|entry| entry.expect("an entry").path());
        let mut names: Vec<PathBuf> =
            names.filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect();
        names.sort();
        let read = |path: PathBuf| std::fs::read(path).expect("reads");
        names.into_iter().map(|path| Arrived(serde_json::from_slice(&read(path)).expect("JSON"))).collect()
    }

    /// What arrived for an address.
    pub fn to(&self, address: &str) -> Vec<Arrived> {
        self.all().into_iter().filter(|mail| mail.to() == address).collect()
    }

    /// The mail for an address, once it is there.
    pub async fn first(&self, address: &str) -> Arrived {
        until(&format!("mail for {address}"), async || self.to(address).into_iter().next()).await
    }

    /// Waits until so many arrived.
    pub async fn count(&self, count: usize) {
        until(&format!("{count} mails"), async || (self.all().len() >= count).then_some(())).await;
    }

    /// Waits until the mail for an address was handed over to a server that does not answer.
    pub async fn reached(&self, address: &str) {
        let mark = self.folder.join(format!("reached-{address}"));
        until(&format!("the handing over to {address}"), async || mark.exists().then_some(())).await;
    }
}

/// Waits until something is there.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what} did not come");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl Drop for SmtpPeer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
