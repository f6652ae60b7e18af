//! Old and new side by side: a kind that one end of a connection does not know.
//!
//! Every replica and node here is built from the same declarations. That one of them does not know a kind is made so on
//! the wire: on such a connection the kind has another number and its scopes another name on either end, as a kind that
//! was added or is not there yet would have.

use zumodra_shared::access::scope;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry;
use zumodra_shared::schema::EntityDef;
use zumodra_shared::sync::wire::{Blob, ChunkPosition, ClientFrame, Item, ServerFrame, decode, encode};

use super::server::Model;

/// What is added to the number of a kind that the other end does not know.
const FOREIGN: u16 = 60_000;
/// What is put before its scopes.
const PREFIX: &str = "foreign-";

/// A kind that one end does not know.
#[derive(Debug, Clone, Copy)]
pub enum Stranger {
    /// The replica does not know it.
    Below(&'static EntityDef),
    /// The node does not know it.
    Above(&'static EntityDef),
}

impl Stranger {
    /// What the ends of a connection do not share. (One kind is enough for one connection.)
    pub fn between(host: Option<&'static EntityDef>, node: Option<&'static EntityDef>) -> Option<Self> {
        host.map(Self::Below).or_else(|| node.map(Self::Above))
    }

    const fn def(self) -> &'static EntityDef {
        match self {
            Self::Below(def) | Self::Above(def) => def,
        }
    }

    /// The classes of the kind that the node does not know.
    pub fn unknown_above(self) -> Vec<&'static str> {
        let Self::Above(def) = self else { return Vec::new() };
        let of_kind =
            |class: &&str| scope::kind_of_class(class).is_some_and(|(kind, _)| kind.code == def.code);
        registry::classes_beyond(0).into_iter().filter(of_kind).chain([def.name]).collect()
    }

    /// The name of a scope below, as it is called above.
    fn foreign(self, scope: &mut String) {
        let of = scope::kind_of_class(scope::parts(scope).0).map(|(def, _)| def.code);
        if of == Some(self.def().code) {
            scope.insert_str(0, PREFIX);
        }
    }

    /// The name of a scope above, as it is called below.
    fn familiar(self, scope: &mut String) {
        match scope.strip_prefix(PREFIX) {
            Some(rest) => *scope = rest.to_owned(),
            // The replica's own kind of that name is none of the node's.
            None => self.foreign(scope),
        }
    }

    fn position(self, position: &mut Option<ChunkPosition>, rename: impl Fn(Self, &mut String)) {
        position.iter_mut().flat_map(|at| &mut at.scopes).for_each(|scope| rename(self, scope));
    }

    fn items(self, items: &mut Vec<Item>) {
        match self {
            Self::Below(def) => {
                let unknown = items.iter_mut().filter(|item| item.kind == def.code);
                unknown.for_each(|item| item.kind += FOREIGN);
            }
            // A node reads nothing of what it does not know.
            Self::Above(def) => items.retain(|item| item.kind != def.code),
        }
    }
}

/// A frame from a replica, as it is understood above.
pub fn up(stranger: Stranger, bytes: Vec<u8>) -> Vec<u8> {
    let Ok(mut frame) = decode::<ClientFrame>(&bytes) else { return bytes };
    match &mut frame {
        ClientFrame::Hello(hello) => {
            hello.scopes.iter_mut().for_each(|scope| stranger.familiar(scope));
            // Both ends have another name for some scope: no digest of the one is one of the other.
            hello.digest = hello.digest.take().map(|_| Blob(Vec::new()));
            stranger.position(&mut hello.download, Stranger::familiar);
        }
        ClientFrame::NextChunk(position) => {
            position.scopes.iter_mut().for_each(|scope| stranger.familiar(scope));
        }
        _ => return bytes,
    }
    encode(&frame)
}

/// A frame from a node, as it is understood below.
pub fn down(stranger: Stranger, bytes: Vec<u8>, model: &Model) -> Vec<u8> {
    let Ok(mut frame) = decode::<ServerFrame>(&bytes) else { return bytes };
    let foreign = |scope: &mut String| stranger.foreign(scope);
    match &mut frame {
        ServerFrame::Welcome(welcome) => {
            welcome.grants.iter_mut().for_each(foreign);
            stranger.position(&mut welcome.download, Stranger::foreign);
        }
        ServerFrame::Grants(changed) => {
            changed.grants.iter_mut().for_each(foreign);
            stranger.position(&mut changed.download, Stranger::foreign);
        }
        ServerFrame::Page(page) => {
            stranger.items(&mut page.items);
            if let Stranger::Above(def) = stranger {
                page.gone.retain(|id| !is_of(model, *id, def));
            }
            page.checkpoint.iter_mut().flatten().for_each(|sum| stranger.foreign(&mut sum.scope));
        }
        ServerFrame::Chunk(chunk) => {
            stranger.items(&mut chunk.items);
            stranger.position(&mut chunk.next, Stranger::foreign);
        }
        ServerFrame::Fetched(items) => stranger.items(items),
        // An older node does not say when it committed.
        ServerFrame::Pushed(pushed) if matches!(stranger, Stranger::Above(_)) => pushed.at = None,
        _ => return bytes,
    }
    encode(&frame)
}

fn is_of(model: &Model, id: RecordId, def: &EntityDef) -> bool {
    model.docs.get(&id).is_some_and(|doc| doc.working.def.code == def.code)
}

/// The names by which a replica that knows more now finds what it was told before.
pub fn remembered(def: &EntityDef) -> (String, &'static str) {
    (format!("{PREFIX}{}", def.name), def.name)
}

/// A scope that a replica was told of, by the name that it has on the server.
pub fn understood(older: Option<&'static EntityDef>, scope: &str) -> String {
    match (older, scope.strip_prefix(PREFIX)) {
        (Some(_), Some(rest)) => rest.to_owned(),
        _ => scope.to_owned(),
    }
}
