//! Columns: where a page is read down before it is read across.
//!
//! A gutter is a vertical strip that no segment crosses over many rows. What stands on both sides of it is either two
//! columns or a table: dates at the right margin beside job titles are read across, a sidebar is read down.

use std::collections::BTreeMap;

use crate::limits::{MAX_COLUMN_LINES, MAX_CUTS};

use super::segments::Segment;

type Line = Vec<Segment>;

/// A page, cut into columns or not.
pub(super) enum Sheaf {
    /// Pieces that follow each other.
    Whole(Vec<Vec<Line>>),
    /// Two columns with what is above and below.
    Split {
        above: Vec<Vec<Line>>,
        left: Vec<Vec<Line>>,
        right: Vec<Vec<Line>>,
        below: Vec<Vec<Line>>,
        gutter: f32,
        left_is_narrow: bool,
    },
}

/// Left edges that are tried, those that most rows have first.
const MAX_EDGES: usize = 60;
/// Width of the strips in which left edges are counted.
const EDGE_STEP: f32 = 4.0;
/// Rows that a column has at least.
const MIN_ROWS: usize = 3;
/// Part of the sparser side's rows that are level with rows of the other side in a table.
const LEVEL_IN_TABLE: f32 = 0.7;
/// Slack of a gutter's edge.
const SLACK: f32 = 1.0;

/// Cuts a page.
pub(super) fn cut(lines: Vec<Line>) -> Sheaf {
    match split(&lines) {
        None => Sheaf::Whole(vec![lines]),
        Some(found) => {
            let [above, left, right, below] = parts(lines, &found);
            let width = |lines: &[Line]| {
                let all = || lines.iter().flatten();
                let left = all().map(|segment| segment.left).fold(f32::MAX, f32::min);
                all().map(|segment| segment.right).fold(f32::MIN, f32::max) - left
            };
            Sheaf::Split {
                left_is_narrow: width(&left) <= width(&right),
                above: ordered(above, 1),
                left: ordered(left, 1),
                right: ordered(right, 1),
                below: ordered(below, 1),
                gutter: found.gutter,
            }
        }
    }
}

/// The pieces of a region in reading order.
fn ordered(lines: Vec<Line>, depth: usize) -> Vec<Vec<Line>> {
    if lines.is_empty() {
        return Vec::new();
    }
    let found = if depth < MAX_CUTS { split(&lines) } else { None };
    let Some(found) = found else { return vec![lines] };
    parts(lines, &found).into_iter().flat_map(|part| ordered(part, depth + 1)).collect()
}

/// Where a region is cut: rows and the gutter in them.
struct Split {
    first: usize,
    last: usize,
    gutter: f32,
}

fn parts(lines: Vec<Line>, found: &Split) -> [Vec<Line>; 4] {
    let [mut above, mut left, mut right, mut below] = [const { Vec::new() }; 4];
    for (at, line) in lines.into_iter().enumerate() {
        if at < found.first {
            above.push(line);
        } else if at > found.last {
            below.push(line);
        } else {
            let (one, other): (Line, Line) =
                line.into_iter().partition(|segment| segment.left < found.gutter - SLACK);
            left.extend((!one.is_empty()).then_some(one));
            right.extend((!other.is_empty()).then_some(other));
        }
    }
    [above, left, right, below]
}

/// The gutter with the most rows on both sides of which stand columns.
fn split(lines: &[Line]) -> Option<Split> {
    if lines.len() > MAX_COLUMN_LINES {
        return None;
    }
    let mut edges: BTreeMap<i32, (usize, f32)> = BTreeMap::new();
    for segment in lines.iter().flatten() {
        let edge = edges.entry((segment.left / EDGE_STEP) as i32).or_insert((0, segment.left));
        edge.0 += 1;
        edge.1 = edge.1.min(segment.left);
    }
    let mut edges: Vec<(usize, f32)> = edges.into_values().filter(|(count, _)| *count >= 2).collect();
    edges.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.total_cmp(&other.1)));
    edges.truncate(MAX_EDGES);
    let mut best: Option<(usize, Split)> = None;
    for (_, gutter) in edges {
        for (first, last) in free_runs(lines, gutter) {
            let Some(score) = columns(&lines[first..=last], gutter) else { continue };
            if best.as_ref().is_none_or(|(most, _)| score > *most) {
                best = Some((score, Split { first, last, gutter }));
            }
        }
    }
    best.map(|(_, found)| found)
}

/// Runs of rows that nothing crosses a gutter in.
fn free_runs(lines: &[Line], gutter: f32) -> Vec<(usize, usize)> {
    let crosses = |line: &Line| {
        line.iter().any(|segment| segment.left < gutter - SLACK && segment.right > gutter - SLACK)
    };
    let mut runs = Vec::new();
    let mut first = None;
    for (at, line) in lines.iter().enumerate() {
        match (crosses(line), first) {
            (false, None) => first = Some(at),
            (true, Some(from)) => {
                runs.push((from, at - 1));
                first = None;
            }
            _ => {}
        }
    }
    runs.extend(first.map(|from| (from, lines.len().saturating_sub(1))));
    runs
}

/// What one side of a gutter looks like.
#[derive(Default)]
struct Side {
    rows: usize,
    headings: usize,
    dates: usize,
    letters: usize,
}

impl Side {
    fn add(&mut self, segments: &[&Segment]) {
        self.rows += 1;
        self.headings += usize::from(matches!(segments, [only] if only.is_heading));
        self.dates += usize::from(segments.iter().any(|segment| segment.has_date));
        self.letters += segments.iter().map(|segment| segment.letters).sum::<usize>();
    }
}

/// How many rows stand in columns, when these are columns.
fn columns(lines: &[Line], gutter: f32) -> Option<usize> {
    let (mut left, mut right) = (Side::default(), Side::default());
    let mut level = 0;
    let mut dates_apart = 0;
    for line in lines {
        let (one, other): (Vec<&Segment>, Vec<&Segment>) =
            line.iter().partition(|segment| segment.left < gutter - SLACK);
        level += usize::from(!one.is_empty() && !other.is_empty());
        if !one.is_empty() {
            let dates = left.dates;
            left.add(&one);
            dates_apart += usize::from(left.dates > dates && other.is_empty());
        }
        if !other.is_empty() {
            right.add(&other);
        }
    }
    let sparse = if left.rows < right.rows { &left } else { &right };
    if sparse.rows < MIN_ROWS {
        return None;
    }
    // Headings stand alone in a table too.
    let plain_rows = sparse.rows - sparse.headings.min(sparse.rows);
    let is_level = level as f32 >= LEVEL_IN_TABLE * plain_rows as f32;
    let mostly_dates = sparse.dates * 2 > plain_rows;
    // Headings in a margin have what they head at their right, and nothing of their own.
    let only_headings = left.headings + left.dates + 1 >= left.rows;
    let is_columns = match (left.headings, right.headings) {
        (0, 0) | (1.., 0) => {
            // Dates beside what was then.
            let dates_lead = left.dates > 0 && dates_apart * 4 <= left.dates;
            !is_level && !mostly_dates && !only_headings && !dates_lead && sparse.letters >= 4 * sparse.rows
        }
        (_, 1..) => !only_headings || left.headings == 0 && !is_level,
    };
    is_columns.then_some(left.rows + right.rows)
}
