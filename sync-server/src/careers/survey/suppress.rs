//! Which counts of a question are shown, so that nobody learns a small one: neither by reading it, nor by taking the others
//! from the total, nor by knowing how it is decided here what is shown.

/// The smallest count that is shown.
pub const FEWEST_SHOWN: i64 = 5;

/// A count as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// As it is.
    Count(i64),
    /// Fewer than [`FEWEST_SHOWN`], zero included.
    Fewer,
    /// Not told, because another one could be computed from it.
    Withheld,
}

/// The total of a question and the count of each of its answers, as they are told.
///
/// A small count is told as small, and with it the last count that is not small is withheld: each of the small ones may then
/// be more than one number, because what the withheld one is may vary. Which one is withheld depends on where the small ones
/// stand, and never on how large anything is, so that it tells nothing. Where even that would give a small count away, all are
/// withheld, and only the total is told.
#[must_use]
pub fn suppressed(counts: &[i64]) -> (Cell, Vec<Cell>) {
    let total: i64 = counts.iter().sum();
    let is_small = |count: i64| count < FEWEST_SHOWN;
    if is_small(total) {
        return (Cell::Fewer, vec![Cell::Fewer; counts.len()]);
    }
    let small: i64 = counts.iter().copied().filter(|count| is_small(*count)).sum();
    let last = counts.iter().rposition(|count| !is_small(*count));
    let is_any_small = counts.iter().any(|count| is_small(*count));
    let gives_away = match last {
        _ if !is_any_small => false,
        // The small ones are what is left of it when the withheld one is as small as it can be.
        Some(last) => small + counts[last] == FEWEST_SHOWN,
        // Each of them is as large as a small one can be.
        None => counts.iter().all(|count| *count == FEWEST_SHOWN - 1),
    };
    let told = |(at, count): (usize, &i64)| {
        if gives_away || is_any_small && Some(at) == last {
            Cell::Withheld
        } else if is_small(*count) {
            Cell::Fewer
        } else {
            Cell::Count(*count)
        }
    };
    (Cell::Count(total), counts.iter().enumerate().map(told).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    /// Every list of so many counts up to a largest one.
    fn lists(length: usize, largest: i64) -> Vec<Vec<i64>> {
        (0..length).fold(vec![Vec::new()], |lists, _| {
            let longer = |list: &Vec<i64>| {
                (0..=largest).map(|next| [list.as_slice(), &[next]].concat()).collect::<Vec<_>>()
            };
            lists.iter().flat_map(longer).collect()
        })
    }

    /// Whoever sees what is told, and knows how it was decided, has at least two numbers for every count that is not told.
    #[test]
    fn no_hidden_count_follows_from_what_is_told() {
        for (length, largest) in [(3, 24), (4, 20), (5, 8)] {
            let mut seen: BTreeMap<String, Vec<Vec<i64>>> = BTreeMap::new();
            for counts in lists(length, largest) {
                // What adds up to more may be told of larger counts as well, which are not listed.
                if counts.iter().sum::<i64>() <= largest {
                    seen.entry(format!("{:?}", suppressed(&counts))).or_default().push(counts);
                }
            }
            for (told, all) in &seen {
                let (_, cells) = suppressed(&all[0]);
                for (at, cell) in cells.iter().enumerate() {
                    let possible: BTreeSet<i64> = all.iter().map(|counts| counts[at]).collect();
                    let is_told = matches!(cell, Cell::Count(_));
                    assert_eq!(possible.len() == 1, is_told, "{told}: {all:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_told_reads_as_people_expect() {
        use Cell::{Count, Fewer, Withheld};
        assert_eq!(suppressed(&[7, 9, 5]), (Count(21), vec![Count(7), Count(9), Count(5)]));
        assert_eq!(suppressed(&[1, 2, 1]), (Fewer, vec![Fewer; 3]));
        assert_eq!(suppressed(&[0, 0, 0]), (Fewer, vec![Fewer; 3]));
        assert_eq!(suppressed(&[40, 60, 3]), (Count(103), vec![Count(40), Withheld, Fewer]));
        assert_eq!(suppressed(&[40, 60, 0, 9]), (Count(109), vec![Count(40), Count(60), Fewer, Withheld]));
        assert_eq!(suppressed(&[2, 3, 1]), (Count(6), vec![Fewer; 3]));
        assert_eq!(
            suppressed(&[4, 4, 4]),
            (Count(12), vec![Withheld; 3]),
            "they would be what they can be at most"
        );
        assert_eq!(suppressed(&[5, 0, 0]), (Count(5), vec![Withheld; 3]), "they would be nothing");
    }

    proptest! {
        #[test]
        fn a_small_count_is_never_told_and_never_left_over(counts in prop::collection::vec(0i64..60, 3..9)) {
            let (total, cells) = suppressed(&counts);
            let mut hidden = 0;
            for (count, cell) in counts.iter().zip(&cells) {
                match cell {
                    Cell::Count(told) => prop_assert!(told == count && *told >= FEWEST_SHOWN),
                    Cell::Fewer => { prop_assert!(*count < FEWEST_SHOWN); hidden += 1; }
                    Cell::Withheld => hidden += 1,
                }
            }
            prop_assert_ne!(hidden, 1, "one hidden count is the total less the others");
            if let Cell::Count(total) = total {
                prop_assert_eq!(total, counts.iter().sum::<i64>());
                let told: i64 = cells.iter().map(|cell| if let Cell::Count(count) = cell { *count } else { 0 }).sum();
                prop_assert!(hidden == 0 || total - told >= FEWEST_SHOWN, "what is left over is no small number");
            }
        }
    }
}
