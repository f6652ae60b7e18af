//! What a résumé says, recognised in its rows.

pub(crate) mod dates;
pub(crate) mod lexicon;

use crate::model::Fields;
use crate::rows::Row;

/// Everything that is recognised.
pub(crate) fn recognised(_rows: &[Row]) -> Fields {
    Fields::default()
}
