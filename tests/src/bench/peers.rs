//! The peers, run beside us: their scripts are copied out of the shared folder, installed, and run with the same
//! counts; their figures are put beside ours of the same meaning.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::measure::Report;

/// Where the scripts are, from the repository.
const SCRIPTS: &str = "../shared/peers";
/// Where they are copied to, beneath the folder of build products, which git ignores.
const COPIES: &str = "peers";
/// Edits of the slow pass, which none of our figures is compared with.
const SLOW: &str = "10";

/// A peer: its folder, how it is installed, and how much it is given to do.
struct Peer {
    name: &'static str,
    install: &'static [&'static [&'static str]],
    records: u32,
    edited: u32,
    edits: u32,
}

/// `automerge-repo` does not get to the end with ten thousand records, and `actual` takes no more than 500 requests a
/// minute, of which an edit needs two.
const PEERS: [Peer; 3] = [
    Peer { name: "hocuspocus", install: &[&["install"]], records: 10_000, edited: 1_000, edits: 1_000 },
    Peer {
        name: "actual",
        install: &[&["install", "--ignore-scripts"], &["rebuild", "better-sqlite3", "bcrypt"]],
        records: 10_000,
        edited: 1_000,
        edits: 200,
    },
    Peer { name: "automerge-repo", install: &[&["install"]], records: 2_000, edited: 200, edits: 1_000 },
];

/// What a figure of a peer is divided by.
#[derive(Clone, Copy)]
enum Per {
    /// Nothing.
    One,
    /// Megabytes, to bytes a record.
    Record,
    /// Megabytes, to kilobytes.
    Kilo,
}

/// Our figure, and the peer's fields whose sum is the same thing. A field that a peer does not print is passed over.
const SAME: &[(&str, &[&str], Per)] = &[
    ("download-10k", &["/download/docsPerS"], Per::One),
    ("download-10k-wire", &["/download/inMB", "/download/outMB"], Per::Record),
    ("push-10k", &["/upload/docsPerS"], Per::One),
    ("push-10k-wire", &["/upload/inMB"], Per::Record),
    ("edit-latency-p50", &["/lat_distinctDocs_5msGap/p50"], Per::One),
    ("edit-latency-p90", &["/lat_distinctDocs_5msGap/p90"], Per::One),
    ("edit-latency-p99", &["/lat_distinctDocs_5msGap/p99"], Per::One),
    ("edit-wire", &["/lat_distinctDocs_5msGap/bytesPerEdit"], Per::One),
    ("edit-latency-p50", &["/latency/p50"], Per::One),
    ("edit-latency-p99", &["/latency/p99"], Per::One),
    ("edit-wire", &["/latency/bytesPerEdit"], Per::One),
    ("server-memory-10k", &["/serverAfter10k/rssMB"], Per::One),
    ("server-memory-10k", &["/serverAfter/rssMB"], Per::One),
    ("server-storage-10k", &["/diskMB"], Per::Record),
];

/// Figures of peers that were given as much to do as we: a reconnect with fewer edits is another thing.
const SAME_SIZE: &[(&str, &[&str], Per)] = &[
    ("reconnect-1000", &["/reconnectA/msUntilBHasAll"], Per::One),
    ("reconnect-1000-wire", &["/reconnectA/inMB", "/reconnectA/outMB"], Per::Kilo),
    ("reconnect-1000", &["/reconnect/ms"], Per::One),
    ("reconnect-1000-wire", &["/reconnect/inMB", "/reconnect/outMB"], Per::Kilo),
];

/// Runs every peer and puts its figures beside ours. A peer that does not work is told, and is no failure of ours.
pub fn run(report: &mut Report) {
    for peer in &PEERS {
        println!("==> peer {}", peer.name);
        match measure(peer) {
            Ok(figures) => beside(report, peer, &figures),
            Err(error) => println!("    {} did not work: {error:#}", peer.name),
        }
    }
}

fn measure(peer: &Peer) -> Result<Value> {
    let folder = copy(peer.name)?;
    for arguments in peer.install {
        let mut npm = Command::new("npm");
        npm.args(*arguments).args(["--no-audit", "--no-fund"]).current_dir(&folder).stdout(Stdio::null());
        ensure!(npm.status().context("start npm")?.success(), "npm {} failed", arguments.join(" "));
    }
    let output = Command::new("node")
        .arg("bench.mjs")
        .current_dir(&folder)
        .env("N", peer.records.to_string())
        .env("M", peer.edited.to_string())
        .env("EDITS", peer.edits.to_string())
        .env("SLOW", SLOW)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("start node")?;
    let figures: Value = serde_json::from_slice(&output.stdout).context("read its figures")?;
    ensure!(figures["serverDied"].is_null() && figures["error"].is_null(), "it broke down: {figures}");
    Ok(figures)
}

/// Copies the scripts out of the shared folder: nothing is ever installed in there.
fn copy(name: &str) -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let from = root.join(SCRIPTS).join(name);
    let program = std::env::current_exe()?;
    let products = program.ancestors().nth(2).context("the program is in a folder of build products")?;
    let to = products.join(COPIES).join(name);
    std::fs::create_dir_all(&to)?;
    let files =
        std::fs::read_dir(&from).with_context(|| format!("the peers are not in {}", from.display()))?;
    for file in files {
        let file = file?;
        if file.file_type()?.is_file() {
            // Written anew and not copied: the originals may be read-only, and a copy would be so too.
            std::fs::write(to.join(file.file_name()), std::fs::read(file.path())?)?;
        }
    }
    Ok(to)
}

fn beside(report: &mut Report, peer: &Peer, figures: &Value) {
    let same_size = if peer.edited == 1_000 { SAME_SIZE } else { &[] };
    for (name, fields, per) in SAME.iter().chain(same_size) {
        let found: Option<Vec<f64>> =
            fields.iter().map(|field| figures.pointer(field).and_then(Value::as_f64)).collect();
        let Some(found) = found else { continue };
        let sum: f64 = found.iter().sum();
        let value = match per {
            Per::One => sum,
            Per::Record => sum * 1e6 / f64::from(peer.records),
            Per::Kilo => sum * 1e3,
        };
        println!("    {name}: {}", super::measure::shown(value));
        report.beside(name, peer.name, value);
    }
}
