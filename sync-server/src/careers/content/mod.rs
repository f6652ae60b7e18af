//! What a workspace says on its career pages besides its jobs: sections, pages of its own, pictures, texts, colours and
//! links to where else it is found.
//!
//! Invariant: what is kept was judged as a whole, and every text of it is plain text that pages escape. A picture is told
//! by its bytes and served from here; nothing of another host is ever loaded. What is hidden or a draft is shown to nobody
//! but who carries a preview's link.

mod actions;
mod judge;
mod model;
mod page;
mod parts;
mod pictures;
mod preview;
mod routes;
mod store;

pub use actions::{Contents, Showing, shown};
pub use model::KINDS;
pub use page::{add_routes, path};
pub use parts::{
    Part, Pictured, Place, Said, Shared, Way, elsewhere, or_settings, parts, pictured, said, shared, ways,
};
pub use preview::{PREVIEW, is_preview};
pub use routes::router;
