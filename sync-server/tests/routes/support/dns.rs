//! A real DNS server that nobody here wrote, dnslib, which says what a test has it say.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Child;

use serde_json::{Value, json};

use super::{folder, peer};

/// A running DNS server; it ends when it is dropped.
pub struct DnsPeer {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl DnsPeer {
    /// Starts a server that knows no name.
    pub fn start() -> Self {
        let folder = folder("dns");
        std::fs::write(folder.join("zone.json"), "{}").expect("writes");
        let (child, port) = peer::start("dns_peer.py", [&folder]);
        Self { child, folder, port }
    }

    /// Where it is asked.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// What it says from now on: for each name its records, each with its type and value.
    pub fn says(&self, zone: Value) {
        let (whole, part) = (self.folder.join("zone.json"), self.folder.join("zone.part"));
        std::fs::write(&part, zone.to_string()).expect("writes");
        std::fs::rename(part, whole).expect("is whole at once");
    }

    /// The questions until now: by which way, for what, of which name.
    pub fn asked(&self) -> Vec<String> {
        let asked = std::fs::read_to_string(self.folder.join("asked.txt")).unwrap_or_default();
        asked.lines().map(str::to_owned).collect()
    }
}

/// The records of a host that leads to the installation at this name, with these texts as its proof.
pub fn leads_to(installation: &str, host: &str, texts: &[&str]) -> Value {
    let texts: Vec<Value> = texts.iter().map(|text| json!(["TXT", text])).collect();
    json!({
        installation: [["A", "192.0.2.7"]],
        host: [["CNAME", installation]],
        format!("_zumodra.{host}"): texts,
    })
}

impl Drop for DnsPeer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
