//! Where the pointers on a page lead.

use hayro_syntax::object::{Array, Dict, Rect, String as PdfString};
use hayro_syntax::page::Page;

use crate::layout::Link;
use crate::limits::MAX_ANNOTATIONS;

/// The pointers of a page to addresses outside of it.
pub(super) fn of(page: &Page<'_>) -> Vec<Link> {
    let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots") else { return Vec::new() };
    let place = hayro_font::kurbo::Affine::new(page.initial_transform(true).as_coeffs());
    let mut links = Vec::new();
    for annotation in annotations.iter::<Dict<'_>>().take(MAX_ANNOTATIONS) {
        let action = annotation.get::<Dict<'_>>(b"A");
        let Some(address) = action.and_then(|action| action.get::<PdfString<'_>>(b"URI")) else { continue };
        let Some(area) = annotation.get::<Rect>(b"Rect") else { continue };
        let area =
            place.transform_rect_bbox(hayro_font::kurbo::Rect::new(area.x0, area.y0, area.x1, area.y1));
        let address = String::from_utf8_lossy(address.as_bytes()).trim().to_owned();
        links.push(Link {
            address,
            left: area.x0 as f32,
            right: area.x1 as f32,
            top: area.y0 as f32,
            bottom: area.y1 as f32,
        });
    }
    links
}
