//! Search on a desktop with many long texts, as somebody types.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use crate::bench::measure::{Report, millis, percentile};
use crate::bench::record::{self, SEED, Style};
use crate::bench::replica::Replica;
use crate::bench::stage::Stage;
use crate::bench::{float, machine, words};

/// Hits that are shown.
const HITS: usize = 20;
/// Words that are typed.
const TYPED: usize = 300;
/// Searches before those that count.
const WARM: usize = 50;
/// Letters of the beginnings of a word.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=8;
/// How long the index may take.
const INDEX_WITHIN: std::time::Duration = std::time::Duration::from_secs(1_200);

/// Times of the searches, by what was searched.
#[derive(Debug, Default)]
struct Times {
    /// By count of letters.
    prefixes: [Vec<f64>; 9],
    words: Vec<f64>,
    pairs: Vec<f64>,
}

async fn search(replica: &mut Replica, text: &str) -> Result<(f64, usize)> {
    let asked = Instant::now();
    let (hits, at) = replica.engine.timed("search", json!({ "text": text, "limit": HITS })).await?;
    Ok((millis(at - asked), hits.as_array().context("hits")?.len()))
}

/// What somebody types: a third are names of candidates, a third common words, a third rare ones.
fn typed(rng: &mut ChaCha8Rng, number: usize, records: u64) -> String {
    match number % 3 {
        0 => {
            let fields = record::fields(Style::Resume, rng.random_range(0..records));
            fields["last_name"].as_str().unwrap_or_default().to_lowercase()
        }
        1 => words::word(words::rank(rng)),
        _ => words::word(rng.random_range(0..words::WORDS)),
    }
}

/// Searches a desktop's candidates.
///
/// # Errors
/// When something does not work.
pub async fn run(report: &mut Report, records: u64) -> Result<()> {
    let mut stage = Stage::new().await?;
    let tenant = stage.tenant().await?;
    let took = stage.fill(&tenant, Style::Resume, records).await?;
    println!("    filled in {:.1} s", took.as_secs_f64());
    let mut replica = Replica::new(&stage, "reader", false).await?;
    let signed_in = replica.sign_in(&tenant).await?;
    let done = replica.up_to_date(signed_in).await?;
    report.more("download-resumes", float(records) / (done - signed_in).as_secs_f64(), "records/s");
    machine::rest(replica.engine.pid(), INDEX_WITHIN).await;
    report.less("search-index", done.elapsed().as_secs_f64(), "s");
    let file = float(replica.file_bytes()) / float(records);
    report.less("desktop-storage-resumes", file, "B/record");
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut times = Times::default();
    for number in 0..WARM {
        search(&mut replica, &typed(&mut rng, number, records)).await?;
    }
    for number in 0..TYPED {
        let word = typed(&mut rng, number, records);
        for letters in LETTERS.filter(|letters| *letters <= word.len()) {
            times.prefixes[letters].push(search(&mut replica, &word[..letters]).await?.0);
        }
        let (time, hits) = search(&mut replica, &word).await?;
        ensure!(number % 3 != 0 || hits > 0, "{word} is a candidate's name, and is not found");
        times.words.push(time);
        let other = typed(&mut rng, 1, records);
        times.pairs.push(search(&mut replica, &format!("{word} {other}")).await?.0);
    }
    told(report, &times);
    let memory = machine::memory(replica.engine.pid())?;
    report.less("search-memory", memory.share, "MiB");
    Ok(())
}

fn told(report: &mut Report, times: &Times) {
    let all: Vec<f64> = times.prefixes.iter().flatten().chain(&times.words).copied().collect();
    report.at_most("search-p50", percentile(&all, 0.5), "ms", 5.0);
    report.at_most("search-p99", percentile(&all, 0.99), "ms", 30.0);
    for letters in LETTERS {
        let name = format!("search-{letters}-letters-p99");
        report.less(&name, percentile(&times.prefixes[letters], 0.99), "ms");
    }
    report.less("search-word-p99", percentile(&times.words, 0.99), "ms");
    report.less("search-two-words-p50", percentile(&times.pairs, 0.5), "ms");
    report.less("search-two-words-p99", percentile(&times.pairs, 0.99), "ms");
}
