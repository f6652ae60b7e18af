//! The measurements of speed and size: everything real, started here, made by seed; `docs/benchmarks.md` says what each
//! figure means. Nothing here is a timed test: a target that is missed is printed and is no failure.

pub mod author;
pub mod crowd;
pub mod link;
pub mod machine;
pub mod measure;
pub mod peers;
pub mod record;
pub mod replica;
pub mod scenarios;
pub mod seeder;
pub mod stage;
pub mod words;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use measure::Report;
pub use measure::float;
use record::Style;
use scenarios::sustained::{self, Layout};
use scenarios::{careers, download, edits, fan_out, history, idle, push, reconnect, scopes, search, tenants};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Subject {
    /// Replicas and their server.
    #[default]
    Sync,
    /// The career pages.
    Careers,
}

impl Subject {
    /// The subject of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "sync" => Some(Self::Sync),
            "careers" => Some(Self::Careers),
            _ => None,
        }
    }

    /// Its scenarios by name, in the order in which they run; the last says whether only a full run has it.
    const fn scenarios(self) -> &'static [(&'static str, bool)] {
        match self {
            Self::Sync => SCENARIOS,
            Self::Careers => CAREERS,
        }
    }
}

/// What is to be measured, and how it is told.
#[derive(Debug, Default)]
pub struct Options {
    /// What is measured.
    pub subject: Subject,
    /// Where the figures go besides.
    pub json: Option<PathBuf>,
    /// Only these scenarios; none named means all.
    pub only: Vec<String>,
    /// The sizes that take long, too.
    pub full: bool,
    /// Runs the peers beside it.
    pub peers: bool,
}

/// How long edits go on without a pause.
const SUSTAINED: Duration = Duration::from_secs(30);
/// The same in a full run.
const SUSTAINED_FULL: Duration = Duration::from_secs(300);

/// The scenarios of the career pages.
const CAREERS: &[(&str, bool)] = &[("careers-200", false), ("careers-2000", true)];
/// The scenarios of sync.
const SCENARIOS: &[(&str, bool)] = &[
    ("edits", false),
    ("reconnect", false),
    ("push", false),
    ("download-10k", false),
    ("download-10k-varied", false),
    ("download-100k", false),
    ("download-1m", true),
    ("sockets-and-records", false),
    ("idle", false),
    ("fan-out", false),
    ("sustained-one", false),
    ("sustained-many", false),
    ("search", false),
    ("history", false),
    ("busy-document", false),
    ("scopes", false),
    ("tenants", false),
];

async fn scenario(name: &str, full: bool, report: &mut Report) -> Result<()> {
    let length = if full { SUSTAINED_FULL } else { SUSTAINED };
    match name {
        "edits" => edits::run(report, 1_000).await,
        "reconnect" => reconnect::run(report, 10_000, 1_000).await,
        "scopes" => scopes::run(report, 10_000).await,
        "push" => push::run(report, 10_000).await,
        "download-10k" => download::run(report, 10_000, Style::Plain).await,
        "download-10k-varied" => download::run(report, 10_000, Style::Varied).await,
        "download-100k" => download::run(report, 100_000, Style::Plain).await,
        "download-1m" => download::run(report, 1_000_000, Style::Plain).await,
        "sockets-and-records" => idle::with_records(report, 1_000, 100_000).await,
        "idle" => idle::run(report, 20_000).await,
        "fan-out" => fan_out::run(report, 1_000, 200).await,
        "sustained-one" => {
            let layout = Layout {
                name: "sustained-one-tenant",
                tenants: 1,
                writers: 32,
                pushes: 4,
                records: 60,
                length,
                target: 2_000.0,
            };
            sustained::run(report, layout).await
        }
        "sustained-many" => {
            let layout = Layout {
                name: "sustained-200-tenants",
                tenants: 200,
                writers: 2,
                pushes: 2,
                records: 20,
                length,
                target: 3_000.0,
            };
            sustained::run(report, layout).await
        }
        "search" => search::run(report, 100_000).await,
        "history" => history::storage(report, 1_000).await,
        "busy-document" => history::document(report, 10_000).await,
        "careers-200" => careers::run(report, 200).await,
        "careers-2000" => careers::run(report, 2_000).await,
        "tenants" => tenants::run(report, if full { 1_000 } else { 100 }).await,
        _ => bail!("there is no scenario {name}"),
    }
}

/// Runs the scenarios and prints what they measured.
///
/// # Errors
/// When a name is unknown, something did not work, or the figures cannot be written.
pub async fn run(options: &Options) -> Result<()> {
    let scenarios = options.subject.scenarios();
    for name in &options.only {
        let names = || scenarios.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        ensure!(
            scenarios.iter().any(|(known, _)| known == name),
            "there is no scenario {name}; there are {}",
            names()
        );
    }
    let mut machine = machine::Machine::now();
    if !machine.release {
        println!("This is the debug build: the figures mean nothing.");
    }
    let mut report = Report::default();
    for (name, only_full) in scenarios {
        let named = options.only.iter().any(|only| only == name);
        let wanted = if options.only.is_empty() { options.full || !only_full } else { named };
        if !wanted {
            continue;
        }
        println!("==> {name}");
        let start = Instant::now();
        if let Err(error) = scenario(name, options.full, &mut report).await {
            report.failed(name, &error);
        }
        println!("    ({:.0} s)", start.elapsed().as_secs_f64());
    }
    if options.peers {
        // Nothing else of this process runs meanwhile.
        tokio::task::block_in_place(|| peers::run(&mut report));
    }
    machine.load_after = machine::load();
    println!("\n{}\n{}", report.table(), machine.told());
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_string_pretty(&report.json(&machine))? + "\n")?;
    }
    ensure!(report.worked(), "not every scenario worked");
    Ok(())
}
