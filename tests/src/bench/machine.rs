//! The machine and its processes, as Linux tells of them in `/proc`.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Serialize;
use tokio::time::sleep;

/// Ticks of processor time in a second: Linux tells user space this figure on every machine.
const TICKS_PER_SECOND: f64 = 100.0;
/// A process that used less than this of one processor rests.
const RESTING: f64 = 0.03;
/// How long a process must rest to count as done.
const REST: Duration = Duration::from_secs(2);

/// What the figures were measured on.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// Processors.
    pub cores: usize,
    /// Name of the processor.
    pub processor: String,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// The kernel.
    pub kernel: String,
    /// Whether the programs are of the optimised build.
    pub release: bool,
    /// Load over 1, 5 and 15 minutes before the run.
    pub load_before: [f64; 3],
    /// The same after it.
    pub load_after: [f64; 3],
}

impl Machine {
    /// The machine now.
    #[must_use]
    pub fn now() -> Self {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let memory_kib: u64 = field(&read("/proc/meminfo"), "MemTotal:").unwrap_or_default();
        let cpu = read("/proc/cpuinfo");
        let processor = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
        Self {
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            processor: processor.trim_start_matches([' ', '\t', ':']).to_owned(),
            memory_mib: memory_kib / 1024,
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            release: !cfg!(debug_assertions),
            load_before: load(),
            load_after: load(),
        }
    }

    /// Says it in a few lines.
    #[must_use]
    pub fn told(&self) -> String {
        let shown = |load: [f64; 3]| load.map(|load| format!("{load:.2}")).join(" ");
        format!(
            "{} cores ({}), {} MiB, Linux {}, {} build; load before {}, after {}",
            self.cores,
            self.processor,
            self.memory_mib,
            self.kernel,
            if self.release { "release" } else { "DEBUG" },
            shown(self.load_before),
            shown(self.load_after)
        )
    }
}

/// The load over 1, 5 and 15 minutes.
#[must_use]
pub fn load() -> [f64; 3] {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let mut loads = text.split(' ').map(|load| load.parse().unwrap_or_default());
    std::array::from_fn(|_| loads.next().unwrap_or_default())
}

fn field(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

/// Memory of a process in MiB.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Memory {
    /// Its share: what it has alone, and its part of what it shares.
    pub share: f64,
    /// What it has alone.
    pub own: f64,
    /// The most that it ever had in memory.
    pub peak: f64,
}

/// The memory of a process.
///
/// # Errors
/// When there is no such process, or it may not be looked at.
pub fn memory(pid: u32) -> Result<Memory> {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))
        .with_context(|| format!("the memory of process {pid}"))?;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let mib = |text: &str, name: &str| super::float(field(text, name).unwrap_or_default()) / 1024.0;
    Ok(Memory {
        share: mib(&rollup, "Pss:"),
        own: mib(&rollup, "Private_Clean:") + mib(&rollup, "Private_Dirty:"),
        peak: mib(&status, "VmHWM:"),
    })
}

/// The memory of the processes below a process, itself left out: what a server's database takes.
#[must_use]
pub fn memory_below(pid: u32) -> f64 {
    below(pid).into_iter().filter_map(|pid| memory(pid).ok()).map(|memory| memory.share).sum()
}

/// The processes below a process.
#[must_use]
pub fn below(pid: u32) -> Vec<u32> {
    let mut parents: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    for process in processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()) {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let parent = field(&status, "PPid:").and_then(|parent| u32::try_from(parent).ok());
        parents.entry(parent.unwrap_or_default()).or_default().push(process);
    }
    let mut found = Vec::new();
    let mut next = vec![pid];
    while let Some(pid) = next.pop() {
        let children = parents.remove(&pid).unwrap_or_default();
        found.extend(&children);
        next.extend(children);
    }
    found
}

/// Seconds of processor time that a process has used; 0 when it is gone.
#[must_use]
pub fn cpu_seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in parentheses may hold anything; what follows it are numbers.
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let ticks: Vec<f64> =
        after.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse().ok()).collect();
    ticks.iter().sum::<f64>() / TICKS_PER_SECOND
}

/// Processor seconds of a process and all below it.
#[must_use]
pub fn cpu_seconds_with_below(pid: u32) -> f64 {
    cpu_seconds(pid) + below(pid).into_iter().map(cpu_seconds).sum::<f64>()
}

/// Waits until a process has nothing to do, or the time is over.
pub async fn rest(pid: u32, within: Duration) {
    let start = std::time::Instant::now();
    while start.elapsed() < within {
        let before = cpu_seconds(pid);
        sleep(REST).await;
        if cpu_seconds(pid) - before < RESTING * REST.as_secs_f64() {
            return;
        }
    }
}

/// Bytes of the files below a folder.
#[must_use]
pub fn file_bytes(folder: &std::path::Path) -> u64 {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => bytes += file_bytes(&entry.path()),
            Ok(metadata) => bytes += metadata.len(),
            Err(_) => {}
        }
    }
    bytes
}
