//! The reader is as good as it was: no score falls below what is aimed at.

use zumodra_resume_score::{Field, Tally, assets, ours, truths};

/// What is aimed at, in per cent.
const TARGET: f64 = 95.0;

fn hold(set: &str) {
    let truths: Vec<_> =
        truths().expect("what is right is there").into_iter().filter(|truth| truth.set == set).collect();
    assert!(truths.len() > 10, "only {} files of {set}", truths.len());
    let said: Vec<_> =
        truths.iter().map(|truth| ours(&assets(), &truth.file).expect("every file is read")).collect();
    let mut low = Vec::new();
    for field in Field::ALL {
        let mut tally = Tally::default();
        for (truth, said) in truths.iter().zip(&said) {
            tally.add(field, said, &truth.answer);
        }
        assert!(tally.expected > 0, "nothing of {} is in {set}", field.label());
        if tally.score() < TARGET {
            low.push(format!("{} {:.1}", field.label(), tally.score()));
        }
    }
    assert!(low.is_empty(), "{set}: {low:?}");
}

#[test]
fn samples_are_read_as_a_person_reads_them() {
    hold("samples");
}

#[test]
fn files_in_layouts_of_templates_are_read_as_what_they_were_made_from() {
    hold("generated");
}

#[test]
fn files_that_the_reader_was_not_made_by_are_read_as_well() {
    hold("heldout");
}
