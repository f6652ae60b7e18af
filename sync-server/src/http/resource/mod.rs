//! The generic REST resource: list, read, create, change, delete and restore for a record kind, from its declaration.
//!
//! Invariants: reads see only what the person's grants cover, in one snapshot; what they do not cover is not there, so
//! the answer is 404 and an empty list; every write goes through the tenant's writer.

pub mod actions;
pub mod body;
pub mod history;
pub mod query;
pub mod routes;
pub mod store;

use futures_util::future::BoxFuture;
use zumodra_shared::schema::{EntityDef, Fields};

use crate::app::App;
use crate::error::Result;
use crate::http::extract::Actor;

/// Fills in what a creation may leave out, from other records that the person can see.
pub type Complete = fn(App, Actor, Fields) -> BoxFuture<'static, Result<Fields>>;

/// A record kind over HTTP.
#[derive(Debug, Clone, Copy)]
pub struct Resource {
    /// The declaration.
    pub def: &'static EntityDef,
    /// The last part of its address, below the domain's: `candidate-contacts`.
    pub segment: &'static str,
    /// The address of the collection: `/api/v1/ats/candidate-contacts/`.
    pub address: &'static str,
    /// What a creation may leave out.
    pub complete: Option<Complete>,
}

impl Resource {
    /// The domain that it is of: the part of its address after the version.
    #[must_use]
    pub fn domain(&self) -> &'static str {
        self.address.split('/').nth(3).unwrap_or_default()
    }
}

/// Every resource.
pub fn all() -> impl Iterator<Item = Resource> {
    crate::ats::resources::RESOURCES.into_iter().chain(crate::hr::resources::RESOURCES)
}

/// A resource of a domain: its address below `/api/v1`, its kind, and what a creation of it may leave out.
macro_rules! resource {
    ($domain:literal, $segment:literal, $kind:ident, $complete:expr) => {
        $crate::http::resource::Resource {
            def: &$kind::DEF,
            segment: $segment,
            address: concat!("/api/v1/", $domain, "/", $segment, "/"),
            complete: $complete,
        }
    };
}
pub(crate) use resource;
