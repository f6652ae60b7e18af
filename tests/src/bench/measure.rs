//! What was measured: figures with their targets, and the figures of the peers beside them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::machine::Machine;

/// Characters of what went wrong that are kept: its end. A server that says much before it fails says megabytes.
const ERROR_CHARS: usize = 2_000;

/// Which way a figure should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// The more the better.
    More,
    /// The less the better.
    Less,
}

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub struct Measure {
    /// By what it is known, for ever.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
    /// What it should reach, where the project has set a target.
    pub target: Option<f64>,
    /// Which way is better.
    pub better: Better,
    /// Whether it is reached.
    pub ok: Option<bool>,
    /// The peers' figures of the same run, by name.
    pub peers: BTreeMap<String, f64>,
}

impl Measure {
    /// The best figure of a peer.
    #[must_use]
    pub fn best_peer(&self) -> Option<(&str, f64)> {
        let peers = self.peers.iter().map(|(name, value)| (name.as_str(), *value));
        match self.better {
            Better::More => peers.max_by(|a, b| a.1.total_cmp(&b.1)),
            Better::Less => peers.min_by(|a, b| a.1.total_cmp(&b.1)),
        }
    }

    /// How many times better than the best peer; below one is worse.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        let (_, peer) = self.best_peer()?;
        let (ours, theirs) = match self.better {
            Better::More => (self.value, peer),
            Better::Less => (peer, self.value),
        };
        (theirs > 0.0).then_some(ours / theirs)
    }
}

/// All figures of a run.
#[derive(Debug, Default)]
pub struct Report {
    measures: Vec<Measure>,
    failures: Vec<(String, String)>,
}

impl Report {
    fn add(&mut self, name: &str, value: f64, unit: &'static str, better: Better, target: Option<f64>) {
        let ok = target.map(|target| match better {
            Better::More => value >= target,
            Better::Less => value <= target,
        });
        let held = match (ok, target) {
            (Some(true), Some(target)) => format!(", target {}: ok", shown(target)),
            (Some(false), Some(target)) => format!(", target {}: missed", shown(target)),
            _ => String::new(),
        };
        println!("    {name}: {} {unit}{held}", shown(value));
        let peers = BTreeMap::new();
        self.measures.push(Measure { name: name.to_owned(), value, unit, target, better, ok, peers });
    }

    /// A figure that should be at least the target.
    pub fn at_least(&mut self, name: &str, value: f64, unit: &'static str, target: f64) {
        self.add(name, value, unit, Better::More, Some(target));
    }

    /// A figure that should be at most the target.
    pub fn at_most(&mut self, name: &str, value: f64, unit: &'static str, target: f64) {
        self.add(name, value, unit, Better::Less, Some(target));
    }

    /// A figure without a target, of which less is better.
    pub fn less(&mut self, name: &str, value: f64, unit: &'static str) {
        self.add(name, value, unit, Better::Less, None);
    }

    /// A figure without a target, of which more is better.
    pub fn more(&mut self, name: &str, value: f64, unit: &'static str) {
        self.add(name, value, unit, Better::More, None);
    }

    /// A scenario that did not work.
    pub fn failed(&mut self, scenario: &str, error: &anyhow::Error) {
        let told = format!("{error:#}");
        let from = told.char_indices().rev().nth(ERROR_CHARS).map_or(0, |(at, _)| at);
        println!("    {scenario} FAILED: {}", &told[from..]);
        self.failures.push((scenario.to_owned(), told[from..].to_owned()));
    }

    /// Whether every scenario worked. A target that is missed is a figure and no failure.
    #[must_use]
    pub fn worked(&self) -> bool {
        self.failures.is_empty()
    }

    /// Puts a peer's figure beside ours, where we have one of that name.
    pub fn beside(&mut self, name: &str, peer: &str, value: f64) {
        for measure in self.measures.iter_mut().filter(|measure| measure.name == name) {
            measure.peers.insert(peer.to_owned(), value);
        }
    }

    /// Everything, for other programs.
    #[must_use]
    pub fn json(&self, machine: &Machine) -> Value {
        let measures: Vec<Value> = self
            .measures
            .iter()
            .map(|measure| {
                let mut shown = json!(measure);
                shown["ratio"] = json!(measure.ratio());
                shown
            })
            .collect();
        let failures: Vec<Value> = self
            .failures
            .iter()
            .map(|(scenario, error)| json!({ "scenario": scenario, "error": error }))
            .collect();
        json!({ "machine": machine, "measures": measures, "failures": failures })
    }

    /// Everything, for people.
    #[must_use]
    pub fn table(&self) -> String {
        let head = ["measure", "value", "unit", "target", "", "best peer", "ratio"].map(str::to_owned);
        let mut rows = vec![head];
        for measure in &self.measures {
            let sign = if measure.better == Better::More { "≥" } else { "≤" };
            rows.push([
                measure.name.clone(),
                shown(measure.value),
                measure.unit.to_owned(),
                measure.target.map(|target| format!("{sign} {}", shown(target))).unwrap_or_default(),
                measure.ok.map(|ok| if ok { "ok" } else { "missed" }).unwrap_or_default().to_owned(),
                measure
                    .best_peer()
                    .map(|(peer, value)| format!("{} ({peer})", shown(value)))
                    .unwrap_or_default(),
                measure.ratio().map(|ratio| format!("{ratio:.2}x")).unwrap_or_default(),
            ]);
        }
        aligned(&rows)
    }
}

fn aligned(rows: &[[String; 7]]) -> String {
    let widths: Vec<usize> = (0..7)
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default())
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// Three digits that count, and whole numbers whole.
#[must_use]
pub fn shown(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 || value.fract() == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// A value below which a share of the samples lies; 0 without samples.
#[must_use]
pub fn percentile(samples: &[f64], share: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
    let place = (share * float(sorted.len())) as usize;
    sorted.get(place.min(last)).copied().unwrap_or_default()
}

/// A count as a figure.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "no count here comes near the 52 bits")]
pub fn float(count: impl TryInto<u64>) -> f64 {
    count.try_into().unwrap_or_default() as f64
}

/// Milliseconds.
#[must_use]
pub fn millis(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_samples() {
        let samples: Vec<f64> = (1..=100u32).rev().map(f64::from).collect();
        assert_eq!(percentile(&samples, 0.5), 51.0);
        assert_eq!(percentile(&samples, 0.99), 100.0);
        assert_eq!(percentile(&[], 0.5), 0.0);
    }

    #[test]
    fn a_peer_is_compared_the_way_that_is_better() {
        let mut report = Report::default();
        report.at_least("rate", 100.0, "records/s", 50.0);
        report.at_most("time", 10.0, "ms", 5.0);
        for (peer, value) in [("slow", 20.0), ("fast", 50.0)] {
            report.beside("rate", peer, value);
            report.beside("time", peer, value);
        }
        let [rate, time] = report.measures.as_slice() else { panic!("two measures") };
        assert_eq!((rate.ok, rate.best_peer(), rate.ratio()), (Some(true), Some(("fast", 50.0)), Some(2.0)));
        assert_eq!((time.ok, time.best_peer(), time.ratio()), (Some(false), Some(("slow", 20.0)), Some(2.0)));
    }
}
