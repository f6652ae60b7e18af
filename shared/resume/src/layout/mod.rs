//! From glyphs and their places to rows in reading order.

mod columns;
mod segments;

use crate::rows::{Cell, Row};

use columns::Sheaf;
use segments::Segment;

/// A letter, or a few that are drawn as one, on a page. Points from its upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Glyph {
    pub left: f32,
    pub right: f32,
    /// The line that it stands on.
    pub base: f32,
    pub size: f32,
    pub text: String,
    pub bold: bool,
    pub italic: bool,
}

/// An area of a page that leads somewhere.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Link {
    pub address: String,
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub bottom: f32,
}

/// What is on a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    pub glyphs: Vec<Glyph>,
    pub links: Vec<Link>,
}

/// How far two columns on consecutive pages may be apart to be one that goes on.
const SAME_COLUMN: f32 = 12.0;
/// Space above a row, in heights of its block's usual step, that tells it apart.
const GAP_STEPS: f32 = 1.35;
/// The same, in heights of the type, where a block has too few rows to know its step.
const GAP_SIZES: f32 = 2.2;

/// A column or other piece of a page whose rows follow each other.
struct Block {
    page: u32,
    rows: Vec<Vec<Segment>>,
}

/// The rows of all pages in reading order.
pub(crate) fn rows(sheets: Vec<Sheet>) -> Vec<Row> {
    let links: Vec<Vec<Link>> = sheets.iter().map(|sheet| sheet.links.clone()).collect();
    let sheaves: Vec<Sheaf> =
        sheets.into_iter().map(|sheet| columns::cut(segments::of(sheet.glyphs))).collect();
    let blocks = joined(sheaves);
    let mut rows = Vec::new();
    for (block, index) in blocks.into_iter().zip(0..) {
        let page_links = &links[block.page as usize - 1];
        rows.extend(finished(block, index, page_links));
    }
    rows
}

/// The blocks of all pages in the order in which they are read: a column that goes on over pages is read to its end.
fn joined(sheaves: Vec<Sheaf>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut waiting: Vec<Block> = Vec::new();
    let mut pages = (1_u32..).zip(sheaves).peekable();
    while let Some((page, sheaf)) = pages.next() {
        let block = |rows| Block { page, rows };
        let next = pages.peek().map(|(_, next)| next);
        match sheaf {
            Sheaf::Whole(parts) => {
                blocks.append(&mut waiting);
                blocks.extend(parts.into_iter().map(block));
            }
            Sheaf::Split { above, left, right, below, gutter, left_is_narrow } => {
                blocks.extend(above.into_iter().map(block));
                let goes_on = matches!(next, Some(Sheaf::Split { above, gutter: next, .. })
                    if below.is_empty() && above.is_empty() && (next - gutter).abs() < SAME_COLUMN);
                let narrow_first = left_is_narrow || next.is_none();
                let (first, second) = if narrow_first { (left, right) } else { (right, left) };
                if goes_on {
                    blocks.extend(first.into_iter().map(block));
                    waiting.extend(second.into_iter().map(block));
                } else {
                    blocks.extend(first.into_iter().map(block));
                    blocks.append(&mut waiting);
                    blocks.extend(second.into_iter().map(block));
                }
                blocks.extend(below.into_iter().map(block));
            }
        }
    }
    blocks.append(&mut waiting);
    blocks
}

fn finished(block: Block, index: u32, links: &[Link]) -> Vec<Row> {
    let bases: Vec<f32> = block.rows.iter().filter_map(|row| Some(row.first()?.base)).collect();
    let mut steps: Vec<f32> =
        bases.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 1.0).collect();
    steps.sort_by(f32::total_cmp);
    // Most rows of a block are lines of paragraphs, whose step is the smaller one.
    let usual = steps.get(steps.len() / 3).copied();
    let mut above: Option<f32> = None;
    let mut rows = Vec::with_capacity(block.rows.len());
    for segments in block.rows {
        let Some(first) = segments.first() else { continue };
        let (base, size) = (first.base, segments.iter().map(|segment| segment.size).fold(0.0, f32::max));
        let gap = above.is_none_or(|above| {
            let step = base - above;
            usual.is_some_and(|usual| step > usual * GAP_STEPS) && step > size * 1.2
                || step > size * GAP_SIZES
        });
        above = Some(base);
        let leads = |link: &&Link| {
            let middle = (link.top + link.bottom) / 2.0;
            let is_level = middle < base + size * 0.4 && middle > base - size;
            is_level && segments.iter().any(|segment| link.left < segment.right && link.right > segment.left)
        };
        let links = links.iter().filter(leads).map(|link| link.address.clone()).collect();
        let cells = segments.into_iter().map(Cell::from).collect();
        rows.push(Row { page: block.page, block: index, cells, bullet: false, gap, heading: false, links });
    }
    rows
}
