//! A thousand simulated worlds, every seed that ever failed, and bugs that are put in on purpose.

use zumodra_tests::sim::range::{Progress, cores};
use zumodra_tests::sim::{Sabotage, run};

/// Worlds that every run of the tests lives through; `zumodra-sim --seeds N` takes any number.
const SEEDS: u64 = 1_000;
/// Worlds within which each bug that is put in on purpose is noticed, and how many are lived through at once.
const NOTICED_WITHIN: u64 = 600;
const AT_ONCE: u64 = 60;
/// A world shortly before one that needs two nodes, a device that goes from one to the other, and a push that waits: few
/// have all of that. (`zumodra-sim --sabotage newest-by-node` finds the next one when the accidents are drawn otherwise.)
const RARE: u64 = 690;

#[test]
fn a_thousand_worlds_come_to_rest_with_nothing_lost_and_everything_equal() {
    let mut progress = Progress::begin(0);
    progress.advance(SEEDS, cores(), Sabotage::None);
    let Progress { counts, failures, took_ms, .. } = progress;
    println!("{counts}; {:.1} s", took_ms as f64 / 1e3);
    assert!(failures.is_empty(), "{} of {SEEDS} failed:\n{failures:#?}", failures.len());
    assert!(counts.ends.add_up(), "every local change has one end: {:?}", counts.ends);
    let enough = [
        ("crashes", counts.crashes, SEEDS),
        ("cuts", counts.cuts, SEEDS),
        ("refusals", counts.refused, SEEDS),
        ("clock jumps", counts.jumps, SEEDS / 2),
        ("writes on a full disk", counts.unwritten, SEEDS / 2),
        ("changes by newer clients", counts.newer, SEEDS / 4),
        ("changes put off by older nodes", counts.later, SEEDS / 20),
        ("crashes with a file", counts.torn, SEEDS / 50),
        ("files that were replaced", counts.rebuilt, SEEDS / 200),
        ("nodes", counts.nodes, SEEDS * 3 / 2),
        ("discarded changes", counts.ends.discarded, SEEDS / 10),
        ("dropped changes", counts.ends.dropped, SEEDS / 10),
    ];
    for (what, count, least) in enough {
        assert!(count > least, "the worlds are bad enough: {count} {what}");
    }
}

/// Lives worlds from a seed on through until the bug shows.
fn notices(sabotage: Sabotage, from: u64) -> String {
    let mut progress = Progress::begin(from);
    while progress.failures.is_empty() && progress.next < from + NOTICED_WITHIN {
        progress.advance(progress.next + AT_ONCE, cores(), sabotage);
    }
    progress.failures.into_iter().next().map(|(_, reason)| reason).expect("the bug shows")
}

/// Which connection of a device is the newest was once decided by each node for itself: what an older connection still
/// had waiting on another node was judged late, and contradicted what the replica had been told.
#[test]
fn a_late_judgement_of_an_older_connection_on_another_node_is_noticed() {
    let reason = notices(Sabotage::NewestByNode, RARE);
    assert!(reason.contains("was told to have failed, and is on the server"), "{reason}");
}

/// A job that became somebody's by a commit on one node was once not heard of on the other.
#[test]
fn rights_that_change_on_another_node_and_are_not_heard_of_are_noticed() {
    let reason = notices(Sabotage::NobodyLooksForPeople, 0);
    assert!(reason.contains("and may hold"), "{reason}");
}

#[test]
fn an_answer_that_was_given_before_the_commit_is_noticed() {
    let reason = notices(Sabotage::AnswersBeforeCommit, 0);
    assert!(reason.contains("was confirmed and is not in the log"), "{reason}");
}

/// Seeds that failed once.
const REGRESSIONS: &[(u64, &str)] = &[
    (
        464,
        "an application went from behind a wall that was taken down to behind one that went up, and stayed in sight",
    ),
    (658, "the same"),
    (40_063_289, "rights were lost while what put up a wall was judged, and nothing followed that said so"),
    (40_085_000, "the same"),
    (90_000_427, "who was inside the wall of somebody erased took them for somebody open"),
];

#[test]
fn what_failed_once_holds() {
    for (seed, what) in REGRESSIONS {
        if let Err(failure) = run(*seed, false, Sabotage::None) {
            panic!("{what}: {failure}");
        }
    }
}
