//! The most that a document may be. A document that is more is refused with [`crate::ReadError::TooComplex`] or
//! [`crate::ReadError::TooLarge`]; together they bound memory and time.

/// Bytes of a file.
pub const MAX_FILE_BYTES: usize = 10 << 20;
/// Bytes of an encrypted PDF. What it inflates to cannot be told beforehand, so that it may be only this large.
pub const MAX_ENCRYPTED_BYTES: usize = 1 << 20;
/// Pages of a PDF that are read; the rest is left out.
pub const MAX_PAGES: usize = 30;
/// Bytes that everything in a PDF may inflate to.
pub const MAX_INFLATED_BYTES: u64 = 256 << 20;
/// How deep a stream that inflates to another compressed stream is followed.
pub const MAX_INFLATE_DEPTH: usize = 3;
/// Bytes of page descriptions that are interpreted, those that are used repeatedly counted each time.
pub const MAX_CONTENT_BYTES: usize = 32 << 20;
/// How deep drawings may stand in each other.
pub const MAX_FORM_DEPTH: usize = 8;
/// Saved graphics states at a time.
pub const MAX_STATES: usize = 256;
/// Glyphs of a document.
pub const MAX_GLYPHS: usize = 200_000;
/// Fonts of a document.
pub const MAX_FONTS: usize = 200;
/// Bytes of programs and maps of fonts, those that several fonts share counted for each.
pub const MAX_FONT_BYTES: usize = 64 << 20;
/// Drawings that are followed, each as often as it is used.
pub const MAX_FORMS: usize = 2_000;
/// Lines of a page among which columns are looked for.
pub const MAX_COLUMN_LINES: usize = 2_000;
/// Annotations of a page that are looked at for links.
pub const MAX_ANNOTATIONS: usize = 500;
/// Bytes that one part of a DOCX or ODT may inflate to.
pub const MAX_PART_BYTES: u64 = 32 << 20;
/// Entries of a DOCX or ODT.
pub const MAX_ZIP_ENTRIES: usize = 2_000;
/// How deep elements of a DOCX or ODT may stand in each other.
pub const MAX_XML_DEPTH: usize = 200;
/// Characters of the text that is kept.
pub const MAX_TEXT_CHARS: usize = 100_000;
/// Lines of the text that are kept.
pub const MAX_LINES: usize = 5_000;
/// Items of one list of fields.
pub const MAX_ITEMS: usize = 200;
/// Characters of one value.
pub const MAX_VALUE_CHARS: usize = 4_000;
/// Regions that a page is cut into, one in another.
pub const MAX_CUTS: usize = 12;
