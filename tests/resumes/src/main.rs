//! Prints how well résumés are read: `zumodra-resumes [--no-peer] [--wrong] [--folder FOLDER]`.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use zumodra_resume_score::{Answer, Field, Tally, Truth, assets, ours, peer, truths, truths_in};

const USAGE: &str = "usage: zumodra-resumes [--no-peer] [--wrong] [--folder FOLDER]";
/// The sets, and what they are called in the table.
const SETS: [(&str, &str); 3] = [("samples", "samples"), ("generated", "generated"), ("heldout", "held out")];
/// What is aimed at on the files that were not looked at.
const TARGET: f64 = 95.0;

fn tally<'t>(
    field: Field,
    truths: impl Iterator<Item = &'t Truth>,
    said: &HashMap<String, Answer>,
) -> Option<f64> {
    let mut tally = Tally::default();
    let mut any = false;
    for truth in truths {
        let Some(answer) = said.get(&truth.file) else { continue };
        tally.add(field, answer, &truth.answer);
        any = true;
    }
    any.then(|| tally.score())
}

fn table(truths: &[Truth], ours: &HashMap<String, Answer>, peer: &HashMap<String, Answer>) {
    let of = |set: &'static str| truths.iter().filter(move |truth| truth.set == set);
    let pdf = |truth: &&Truth| truth.file.ends_with(".pdf");
    println!("Scores in per cent: of single values the part that is right, of lists F1 over their items.");
    println!("openresume-parser 0.1.6 reads PDF alone, so beside it ours stands of the PDFs alone.\n");
    print!("{:36}", "");
    for (set, label) in SETS {
        let (all, pdfs) = (of(set).count(), of(set).filter(pdf).count());
        print!("{:>17}{:>11}{:>7}", format!("{label} ({all})"), format!("PDFs ({pdfs})"), "peer");
    }
    println!();
    let shown = |score: Option<f64>| score.map_or("–".to_owned(), |score| format!("{score:.1}"));
    for field in Field::ALL {
        print!("{:36}", field.label());
        for (set, _) in SETS {
            let all = tally(field, of(set), ours);
            let pdfs = tally(field, of(set).filter(pdf), ours);
            let other = tally(field, of(set).filter(pdf), peer);
            print!("{:>17}{:>11}{:>7}", shown(all), shown(pdfs), shown(other));
            if set == "heldout" && all.is_some_and(|score| score < TARGET) {
                print!("  below {TARGET}");
            }
        }
        println!();
    }
}

/// Prints what is missing and what is too much.
fn wrong(truths: &[Truth], ours: &HashMap<String, Answer>) {
    for truth in truths {
        let Some(answer) = ours.get(&truth.file) else { continue };
        for field in Field::ALL {
            let (mut expected, mut found) = (field.items(&truth.answer), field.items(answer));
            found.retain(|item| match expected.iter().position(|other| other == item) {
                Some(at) => {
                    expected.remove(at);
                    false
                }
                None => true,
            });
            if !expected.is_empty() || !found.is_empty() {
                println!("{} {}: missing {expected:?}, too much {found:?}", truth.file, field.label());
            }
        }
    }
}

fn run() -> Result<()> {
    let (mut with_peer, mut show_wrong) = (true, false);
    let mut folder = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--folder" => folder = Some(PathBuf::from(arguments.next().context(USAGE)?)),
            "--no-peer" => with_peer = false,
            "--wrong" => show_wrong = true,
            _ => bail!("there is no option {argument}; {USAGE}"),
        }
    }
    // Files of one's own stand beside what is right in them.
    let (truths, folder) = match folder {
        Some(folder) => (truths_in(&folder)?, folder),
        None => (truths()?, assets()),
    };
    let mut said = HashMap::new();
    for truth in &truths {
        said.insert(truth.file.clone(), ours(&folder, &truth.file)?);
    }
    let pdfs: Vec<&str> =
        truths.iter().map(|truth| truth.file.as_str()).filter(|file| file.ends_with(".pdf")).collect();
    let other = if with_peer {
        // A peer that cannot be had is told, and is no failure of ours.
        peer::answers(&folder, &pdfs).unwrap_or_else(|error| {
            println!("the peer did not work: {error:#}\n");
            HashMap::new()
        })
    } else {
        HashMap::new()
    };
    if show_wrong {
        wrong(&truths, &said);
    }
    table(&truths, &said, &other);
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("zumodra-resumes: {error:#}");
            ExitCode::FAILURE
        }
    }
}
