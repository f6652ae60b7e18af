//! The end of a tenant's log in memory: what was just committed here goes to the tenant's sockets without asking the
//! database once for each of them.
//!
//! It is only ever a shortcut. A session whose cursor is not at the start of a commit that is still held, or that has
//! to be told more than changes (a document that moved between scopes, sums), reads the database.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use zumodra_shared::access::Grants;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::limits::PAGE_TARGET_BYTES;
use zumodra_shared::registry;
use zumodra_shared::sync::cursor::{Cursor, Sealer};
use zumodra_shared::sync::server::{POLL_MS, PageRead, page_frame};
use zumodra_shared::sync::wire::{Blob, Body, Item, Stamp, Wall};

use super::store::LogRow;

/// Commits that are held for a tenant.
const MAX_COMMITS: usize = 1_024;
/// Bytes of changes that are held for a tenant.
const MAX_BYTES: usize = 2 << 20;

/// Frames that are kept for sessions at the same place.
const MAX_SHARED_FRAMES: usize = 64;

/// A connection: the device, and the number among those of this node.
pub type Pusher = (RecordId, u64);

/// One change of a commit.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The record.
    pub doc: RecordId,
    /// Its kind.
    pub kind: u16,
    /// The record's scope after the commit.
    pub scope: Arc<str>,
    /// The scopes that it is shared into, after the commit.
    pub shares: Arc<[Arc<str>]>,
    /// The wall around it, after the commit.
    pub wall: Option<Wall>,
    /// The change or log entry.
    pub body: Vec<u8>,
    /// The connection that pushed it; none for what came another way.
    pub pushed: Option<Pusher>,
    /// Who made the record and when, if this commit made it.
    pub created: Option<Stamp>,
    /// Who changed it last and when.
    pub updated: Stamp,
}

/// A document as it was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// Its scope.
    pub scope: Arc<str>,
    /// The scopes that it is shared into.
    pub shares: Arc<[Arc<str>]>,
    /// The wall around it.
    pub wall: Option<Wall>,
    /// Who made it, if it is new.
    pub created: Option<Stamp>,
    /// Who changed it last.
    pub updated: Stamp,
}

/// What this transaction adds to the log, for those who are connected.
pub fn entries(log: Vec<LogRow>, written: &HashMap<RecordId, Written>) -> Vec<Entry> {
    let entries = log.into_iter().filter_map(|row| {
        let Written { scope, shares, wall, created, updated } = written.get(&row.doc)?.clone();
        Some(Entry {
            doc: row.doc,
            kind: u16::try_from(row.kind).unwrap_or_default(),
            scope,
            shares,
            wall,
            body: row.body,
            pushed: row.pushed.map(|connection| (row.device, connection)),
            created,
            updated,
        })
    });
    entries.collect()
}

/// What one transaction wrote to the log.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    /// The head before it.
    pub from: u64,
    /// The head after it.
    pub to: u64,
    /// Its changes, in order.
    pub entries: Vec<Entry>,
    /// Whether a document went to another scope.
    pub moved: bool,
    /// The scopes that documents were newly shared into. Those documents need not have changed: who may see one of these
    /// scopes reads the database.
    pub shared: Vec<String>,
}

impl Commit {
    fn bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry.body.len()).sum()
    }
}

/// Who reads, and what may be sent.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// The connection whose own changes are left out, if they are: the answers to its pushes tell them. What an earlier
    /// one of its device pushed may have had no answer.
    pub connection: Option<Pusher>,
    /// The scopes that it may see.
    pub grants: &'a Grants,
    /// Most documents of a page.
    pub limit: usize,
    /// The time, in milliseconds.
    pub now: i64,
}

/// The end of a tenant's log.
#[derive(Debug, Default)]
pub struct Tail {
    commits: VecDeque<Arc<Commit>>,
    bytes: usize,
    /// The head as far as it is known here; none before anything of this log was read or written here.
    head: Option<u64>,
    /// When the database was last asked for it; none when it has to be asked before anything else is said.
    looked_at: Option<i64>,
    /// How far the log was looked through for jobs that became somebody else's.
    owners_at: u64,
    /// Frames that lead to the present head.
    made: Vec<Made>,
}

/// A frame that leads from a cursor to the present head, for some grants; none when there is nothing to see.
#[derive(Debug)]
struct Made {
    from: u64,
    grants: Grants,
    frame: Option<Arc<[u8]>>,
}

impl Tail {
    /// Takes up a commit of this node. False when another node wrote in between: what it wrote has to be read first.
    pub fn push(&mut self, commit: Commit) -> bool {
        if self.owners_at == commit.from {
            // Whose jobs changed in it is told by the writer.
            self.owners_at = commit.to;
        }
        match self.head {
            // It was read already.
            Some(head) if head >= commit.to => {}
            Some(head) if head != commit.from => {
                self.looked_at = None;
                return false;
            }
            _ => self.add(commit),
        }
        true
    }

    fn add(&mut self, commit: Commit) {
        self.made.clear();
        self.head = Some(commit.to);
        self.bytes += commit.bytes();
        self.commits.push_back(Arc::new(commit));
        while self.commits.len() > MAX_COMMITS || self.bytes > MAX_BYTES {
            let Some(oldest) = self.commits.pop_front() else { break };
            self.bytes -= oldest.bytes();
        }
    }

    /// Notes what the head was when the database was asked. True when others wrote what is not known here.
    pub fn looked(&mut self, head: u64, now: i64) -> bool {
        let known = *self.head.get_or_insert(head);
        if known >= head {
            self.looked_at = Some(now);
        }
        known < head
    }

    /// Another node says that it wrote: the database is asked before anything else is said.
    pub fn doubt(&mut self) {
        self.looked_at = None;
    }

    /// How far the log is known here, and how far it was looked through for jobs that became somebody else's.
    pub const fn reached(&self) -> (Option<u64>, u64) {
        (self.head, self.owners_at)
    }

    /// Takes up what the database says: its head, and what was written past the head that was known here, if that was
    /// little enough to be read. Says whether the head is new.
    pub fn take_up(&mut self, head: u64, news: Option<Commit>, now: i64) -> bool {
        self.looked_at = Some(now);
        self.owners_at = self.owners_at.max(head);
        if self.head.is_some_and(|known| known >= head) {
            return false;
        }
        match news {
            Some(news) if self.head == Some(news.from) => self.add(news),
            _ => {
                self.commits.clear();
                self.made.clear();
                self.bytes = 0;
                self.head = Some(head);
            }
        }
        true
    }

    /// What changed past a cursor, if that is known here. Sessions with the same grants at the same cursor share one
    /// frame.
    pub fn page(
        &mut self,
        cursor: Cursor,
        reader: &Reader<'_>,
        sealer: impl FnOnce() -> Sealer,
    ) -> Option<PageRead> {
        let Reader { grants, now, .. } = *reader;
        if cursor.base != cursor.pos {
            return None;
        }
        let head = self.head?;
        if cursor.pos == head {
            // Other nodes write too: every now and then somebody of this tenant looks.
            return self
                .looked_at
                .filter(|at| (0..2 * POLL_MS).contains(&(now - at)))
                .map(|_| PageRead::nothing(cursor));
        }
        let head = PageRead::nothing(Cursor::at(head));
        let news = self.news(cursor, grants)?;
        if news.clone().any(|entry| reader.connection.is_some() && entry.pushed == reader.connection) {
            let (items, own) = of_others(news, reader)?;
            return Some(PageRead { items, own, ..head });
        }
        if let Some(made) = self.made.iter().find(|made| made.from == cursor.pos && made.grants == *grants) {
            return Some(PageRead { encoded: made.frame.clone(), ..head });
        }
        let (items, _) = of_others(news, reader)?;
        let read = PageRead { items, ..head.clone() };
        let frame: Option<Arc<[u8]>> = (!read.items.is_empty()).then(|| page_frame(&sealer(), read).into());
        if self.made.len() < MAX_SHARED_FRAMES {
            let (from, grants) = (cursor.pos, grants.clone());
            self.made.push(Made { from, grants, frame: frame.clone() });
        }
        Some(PageRead { encoded: frame, ..head })
    }

    /// What was committed past a cursor, where that is all there is to tell.
    fn news(&self, cursor: Cursor, grants: &Grants) -> Option<impl Iterator<Item = &Entry> + Clone> {
        let first = self.commits.binary_search_by_key(&cursor.pos, |commit| commit.from).ok()?;
        let news = self.commits.range(first..);
        let moved =
            news.clone().any(|commit| commit.moved || commit.shared.iter().any(|scope| grants.holds(scope)));
        (!moved).then(|| news.flat_map(|commit| &commit.entries))
    }
}

/// What a reader is sent of some news, without the documents that it alone changed: the answer to its push told it all.
/// Says whether there are such. None when the rest does not fit into a page.
fn of_others<'e>(
    news: impl Iterator<Item = &'e Entry> + Clone,
    reader: &Reader<'_>,
) -> Option<(Vec<Item>, bool)> {
    let theirs: HashSet<RecordId> = news
        .clone()
        .filter(|entry| reader.connection.is_none() || entry.pushed != reader.connection)
        .map(|entry| entry.doc)
        .collect();
    let own = news.clone().any(|entry| !theirs.contains(&entry.doc));
    let seen = news.filter(|entry| {
        theirs.contains(&entry.doc)
            && reader.grants.cover(&entry.scope, entry.shares.iter().map(AsRef::as_ref))
    });
    let items = gathered(seen, reader.grants);
    let bytes: usize = items.iter().map(size).sum();
    (items.len() <= reader.limit && bytes <= PAGE_TARGET_BYTES).then_some((items, own))
}

/// The changes by document, in the order of each document's last one.
fn gathered<'e>(entries: impl Iterator<Item = &'e Entry>, grants: &Grants) -> Vec<Item> {
    let mut places: HashMap<RecordId, usize> = HashMap::new();
    let mut items: Vec<Option<Item>> = Vec::new();
    for entry in entries {
        let def = registry::by_code(entry.kind);
        let is_entry = def.is_some_and(|def| def.entry);
        let earlier = places.insert(entry.doc, items.len()).and_then(|place| items[place].take());
        let (created, mut changes) = match earlier {
            Some(Item { created, body: Body::Changes(changes), .. }) => (created, changes),
            _ => (None, Vec::new()),
        };
        let body = if is_entry {
            Body::Entry(entry.body.clone())
        } else {
            changes.push(Blob(entry.body.clone()));
            Body::Changes(changes)
        };
        items.push(Some(Item {
            doc: entry.doc,
            kind: entry.kind,
            body,
            updated: entry.updated,
            created: created.or(entry.created),
            shares: def.and_then(|def| grants.told(def, entry.shares.iter().map(AsRef::as_ref))),
            wall: entry.wall,
        }));
    }
    items.into_iter().flatten().collect()
}

fn size(item: &Item) -> usize {
    match &item.body {
        Body::Changes(changes) => changes.iter().map(|change| change.0.len()).sum(),
        Body::Snapshot(bytes) | Body::Entry(bytes) | Body::Loaded(bytes, _) => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use zumodra_shared::sync::wire::{ServerFrame, decode};

    use super::*;

    fn entry(doc: u128, scope: &str, body: &[u8]) -> Entry {
        let stamp = Stamp { at: 5, by: RecordId::nil() };
        Entry {
            doc: RecordId::from_u128(doc),
            kind: registry::by_name("tags").map_or(0, |def| def.code),
            scope: scope.into(),
            shares: Arc::default(),
            wall: None,
            body: body.to_vec(),
            pushed: Some((RecordId::from_u128(100), 1)),
            created: None,
            updated: stamp,
        }
    }

    fn tail() -> Tail {
        let mut tail = Tail::default();
        tail.push(Commit {
            from: 0,
            to: 2,
            entries: vec![entry(1, "tags", b"a"), entry(2, "x", b"b")],
            ..Commit::default()
        });
        tail.push(Commit { from: 2, to: 3, entries: vec![entry(1, "tags", b"c")], ..Commit::default() });
        tail
    }

    fn tags() -> Grants {
        Grants::named(["tags".to_owned()])
    }

    fn sealer() -> Sealer {
        Sealer::new(&[7; 16])
    }

    fn page(tail: &mut Tail, cursor: Cursor, limit: usize, now: i64) -> Option<PageRead> {
        let reader = Reader { connection: Some((RecordId::from_u128(200), 1)), grants: &tags(), limit, now };
        tail.page(cursor, &reader, sealer)
    }

    fn items(page: &PageRead) -> Vec<Item> {
        let frame = page.encoded.as_ref().expect("a frame");
        match decode::<ServerFrame>(frame).expect("decodes") {
            ServerFrame::Page(page) => page.items,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_cursor_at_the_start_of_a_commit_gets_what_it_may_see() {
        let mut tail = tail();
        for _shared in 0..2 {
            let page = page(&mut tail, Cursor::at(0), 10, 0).expect("is known");
            let items = items(&page);
            assert_eq!(items.len(), 1);
            assert_eq!(items[0].body, Body::Changes(vec![Blob(b"a".to_vec()), Blob(b"c".to_vec())]));
            assert_eq!((page.cursor, page.more), (Cursor::at(3), false));
        }
        let nobody = Reader { connection: None, grants: &Grants::default(), limit: 10, now: 0 };
        let page = tail.page(Cursor::at(2), &nobody, sealer).expect("is known");
        assert!(page.items.is_empty() && page.encoded.is_none(), "nothing that it may see");
        assert_eq!(page.cursor, Cursor::at(3));
    }

    #[test]
    fn what_is_not_known_here_is_read_from_the_database() {
        let mut tail = tail();
        assert_eq!(page(&mut tail, Cursor::at(1), 10, 0), None, "in the middle of a commit");
        assert_eq!(page(&mut tail, Cursor { base: 0, pos: 2 }, 10, 0), None, "in the middle of a page");
        assert_eq!(page(&mut tail, Cursor::at(0), 0, 0), None, "more than fits");
        assert_eq!(page(&mut tail, Cursor::at(3), 10, 0), None, "nobody has looked yet");
        tail.looked(3, 100);
        assert!(page(&mut tail, Cursor::at(3), 10, 200).is_some());
        assert_eq!(page(&mut tail, Cursor::at(3), 10, 100 + 2 * POLL_MS), None, "it is time to look again");
        tail.looked(3, 200);
        tail.doubt();
        assert_eq!(page(&mut tail, Cursor::at(3), 10, 200), None, "another node says that it wrote");
        assert!(tail.looked(9, 200), "another node wrote");
        assert!(tail.take_up(9, None, 200));
        assert_eq!(page(&mut tail, Cursor::at(3), 10, 0), None, "too much to be read");
        assert!(tail.push(Commit { from: 9, to: 10, moved: true, ..Commit::default() }));
        assert_eq!(page(&mut tail, Cursor::at(9), 10, 0), None, "something moved");
    }

    #[test]
    fn a_device_is_not_sent_what_it_alone_did() {
        let mut tail = tail();
        let mut theirs = entry(1, "tags", b"d");
        theirs.pushed = None;
        let entries = vec![theirs, entry(4, "tags", b"e")];
        tail.push(Commit { from: 3, to: 5, entries, ..Commit::default() });
        let connection = Some((RecordId::from_u128(100), 1));
        let mut author = Reader { connection, grants: &tags(), limit: 10, now: 0 };
        let page = tail.page(Cursor::at(2), &author, sealer).expect("is known");
        assert!(page.own);
        assert_eq!(page.items.len(), 1, "the record that somebody else changed too");
        assert_eq!(page.items[0].body, Body::Changes(vec![Blob(b"c".to_vec()), Blob(b"d".to_vec())]));
        // The simulator's find: the answer to an earlier connection may have been lost, and with it when it was done.
        author.connection = Some((RecordId::from_u128(100), 2));
        let page = tail.page(Cursor::at(2), &author, sealer).expect("is known");
        assert_eq!((page.own, items(&page).len()), (false, 2));
    }

    #[test]
    fn what_another_node_wrote_in_between_is_read_before_anything_is_added() {
        let mut tail = tail();
        let ours = || Commit { from: 7, to: 8, entries: vec![entry(3, "tags", b"z")], ..Commit::default() };
        assert!(!tail.push(ours()), "3 to 7 is not known");
        assert_eq!(page(&mut tail, Cursor::at(2), 10, 0).map(|page| page.cursor), Some(Cursor::at(3)));
        let news = Commit {
            from: 3,
            to: 8,
            entries: vec![entry(3, "tags", b"y"), entry(3, "tags", b"z")],
            ..Commit::default()
        };
        assert!(tail.take_up(8, Some(news), 50));
        let read = page(&mut tail, Cursor::at(2), 10, 60).expect("is known");
        assert_eq!((items(&read).len(), read.cursor), (2, Cursor::at(8)));
        assert!(tail.push(ours()), "what was read already is not added again");
        assert!(!tail.take_up(8, None, 70), "nothing new");
        assert_eq!(page(&mut tail, Cursor::at(3), 10, 70).map(|page| page.cursor), Some(Cursor::at(8)));
    }

    #[test]
    fn news_that_do_not_begin_where_the_tail_ends_are_not_added() {
        let mut tail = tail();
        let news = Commit { from: 2, to: 9, entries: vec![entry(3, "tags", b"y")], ..Commit::default() };
        assert!(tail.take_up(9, Some(news), 50));
        assert_eq!(page(&mut tail, Cursor::at(2), 10, 60), None);
        assert!(page(&mut tail, Cursor::at(9), 10, 60).is_some());
    }

    #[test]
    fn jobs_are_looked_through_from_where_this_node_last_knew_them() {
        let mut tail = tail();
        assert_eq!(tail.reached(), (Some(3), 3));
        assert!(!tail.push(Commit { from: 5, to: 6, ..Commit::default() }));
        assert_eq!(tail.reached(), (Some(3), 3), "what lies between was another node's");
        tail.take_up(6, None, 0);
        assert_eq!(tail.reached(), (Some(6), 6));
    }

    #[test]
    fn a_shared_document_is_told_to_who_may_see_the_share_and_a_new_share_is_read_from_the_database() {
        let mut tail = Tail::default();
        let shares: Arc<[Arc<str>]> = Arc::from(["candidates/1".into(), "candidates/2".into()]);
        let kind = registry::by_name("candidates").map_or(0, |def| def.code);
        let changed = Entry { kind, shares, ..entry(1, "candidates", b"a") };
        tail.push(Commit { from: 0, to: 1, entries: vec![changed], ..Commit::default() });
        let shared = vec!["candidates/1".to_owned()];
        tail.push(Commit { from: 1, to: 3, entries: vec![entry(2, "x", b"b")], shared, ..Commit::default() });
        let mut seen = |grants: &[&str], from: u64| {
            let grants = Grants::named(grants.iter().map(|scope| (*scope).to_owned()));
            let reader = Reader { connection: None, grants: &grants, limit: 10, now: 0 };
            let page = tail.page(Cursor::at(from), &reader, sealer)?;
            Some(page.encoded.map_or_else(Vec::new, |frame| match decode(&frame).expect("decodes") {
                ServerFrame::Page(page) => page.items,
                other => panic!("{other:?}"),
            }))
        };
        let of_class = seen(&["candidates"], 0).expect("is known");
        assert_eq!(of_class.len(), 1);
        assert_eq!(of_class[0].shares, None, "who sees them all is told nothing of the jobs");
        let of_one = seen(&["candidates/2", "candidates/3"], 0).expect("is known");
        assert_eq!(
            of_one[0].shares,
            Some(vec!["candidates/2".to_owned()]),
            "and nobody of a job that is not theirs"
        );
        assert_eq!(seen(&["candidates/3"], 0).map(|items| items.len()), Some(0));
        assert_eq!(seen(&["candidates/1"], 1), None, "it may not have the document");
        assert!(seen(&["candidates"], 1).is_some() && seen(&["candidates/2"], 1).is_some());
    }
}
