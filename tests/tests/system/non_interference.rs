//! What a person may not see has no influence on what they are sent.

use zumodra_tests::sim::interference::{Compared, compare};

/// Permission graphs that every run of the tests compares; `zumodra-graphs --graphs N` takes any number.
const GRAPHS: u64 = 200;

#[test]
fn two_tenants_that_differ_out_of_sight_send_the_same_frames() {
    let mut total = Compared::default();
    for seed in 0..GRAPHS {
        let compared = compare(seed).unwrap_or_else(|difference| panic!("{difference}"));
        total.frames += compared.frames;
        total.hidden += compared.hidden;
    }
    println!("{GRAPHS} graphs, {} frames alike, {} things out of sight", total.frames, total.hidden);
    assert!(total.hidden > 10 * GRAPHS && total.frames > 10 * GRAPHS, "the tenants differ, and much is sent");
}
