//! A document in a batch.

use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry;
use zumodra_shared::schema::Fields;
use zumodra_shared::sync::judge::Working;

use super::recent::Recent;
use super::store::{DocumentRow, ERASED};

/// A document in the batch: as it is now, and as it was stored.
#[derive(Clone)]
pub(super) struct Slot {
    /// Our own stored document does not load: nothing is written over it.
    pub broken: bool,
    /// It was erased, and is not made anew.
    pub erased: bool,
    pub working: Option<Working>,
    pub stored: Option<DocumentRow>,
    pub touched: bool,
    /// What it showed before it was touched; none for a new one and for one that was deleted.
    pub before: Option<Fields>,
    pub created: (i64, RecordId),
    pub updated: (i64, RecordId),
    pub seq: i64,
    /// Where it stands in the log for the first time.
    pub made: i64,
}

impl Slot {
    pub fn absent() -> Self {
        let nobody = (0, RecordId::nil());
        Self {
            broken: false,
            erased: false,
            working: None,
            stored: None,
            touched: false,
            before: None,
            created: nobody,
            updated: nobody,
            seq: 0,
            made: 0,
        }
    }

    pub fn stored(mut row: DocumentRow, recent: &Recent) -> Self {
        if row.scope == ERASED {
            recent.forget(row.doc);
            return Self { erased: true, ..Self::absent() };
        }
        let def = registry::by_code(u16::try_from(row.kind).unwrap_or_default());
        let saved = std::mem::take(&mut row.saved);
        let load = |def| match recent.take(row.doc, def, &saved) {
            Some(kept) => Ok(Working { doc: kept.doc.stored_as(saved), created_by: row.created_by, ..kept }),
            None => Working::load(row.doc, def, saved, row.created_by),
        };
        let working = def.map(|def| load(def).map(|working| working.behind(row.wall.into())));
        if let Some(Err(problem)) = &working {
            tracing::error!(doc = %row.doc, %problem, "a stored document does not load; it is left as it is");
        }
        let working = working.and_then(std::result::Result::ok);
        Self {
            broken: working.is_none(),
            erased: false,
            working,
            touched: false,
            before: None,
            created: (row.created_at, row.created_by),
            updated: (row.updated_at, row.updated_by),
            seq: row.seq,
            made: row.made,
            stored: Some(row),
        }
    }

    /// Puts what it is now in the place of what it was.
    pub fn replace(&mut self, after: Working) {
        let before = self.working.replace(after);
        if !self.touched {
            self.before = before.filter(|before| !before.shown.deleted).map(|before| before.shown.fields);
        }
        self.touched = true;
    }

    /// Notes that it is changed beside its fields.
    pub fn touch(&mut self) {
        if !self.touched {
            let before = self.working.as_ref().filter(|before| !before.shown.deleted);
            self.before = before.map(|before| before.shown.fields.clone());
        }
        self.touched = true;
    }

    pub fn job_field(&self, name: &str) -> Option<&str> {
        let working = self.working.as_ref().filter(|working| working.def.name == "jobs")?;
        working.shown.fields.get(name)?.as_str()
    }

    pub fn is_open_job(&self) -> bool {
        self.job_field("status") == Some("open") && self.working.as_ref().is_some_and(|w| !w.shown.deleted)
    }

    /// The number of a job's reference code; 0 for what has none.
    pub fn reference(&self) -> i64 {
        let code = self.job_field("reference_code").and_then(|code| code.strip_prefix("JOB-"));
        code.and_then(|digits| digits.parse().ok()).unwrap_or(0)
    }
}
