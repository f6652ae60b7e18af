//! Applications and offers as tables for other programs: those of a list, in its order, with what the person may see.

use std::collections::HashMap;

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Value, json};
use zumodra_shared::accounts::Member;
use zumodra_shared::ats::{Application, Candidate, CandidateContact, Job, Tag};
use zumodra_shared::kernel::currency;
use zumodra_shared::kernel::{Code, Date, Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::{Entity, Fields};

use super::duplicates::shown_as;
use super::export::{MAX_ROWS, Table, members, of, text};
use super::names::names;
use super::table::{Cell, TableFormat, Writer};
use crate::replica::{ListRequest, MAX_LIMIT, Record, get, list};

/// What is written of an application. Other programs, and our own import, know the names.
const OF_APPLICATIONS: [&str; 14] = [
    "First name",
    "Last name",
    "Email",
    "Phone",
    "Job",
    "Reference",
    "Stage",
    "Applied on",
    "In stage since",
    "Source",
    "Assigned to",
    "Rating",
    "Rejection reason",
    "Tags",
];
/// What is written of an offer.
const OF_OFFERS: [&str; 26] = [
    "First name",
    "Last name",
    "Email",
    "Job",
    "Reference",
    "Title",
    "Status",
    "Version",
    "Employment",
    "Salary",
    "Currency",
    "Period",
    "Bonus",
    "Signing bonus",
    "Equity",
    "Days off",
    "Starts on",
    "Ends on",
    "Trial in months",
    "Place",
    "Answer until",
    "Sent on",
    "Signed on",
    "Signed by",
    "Closed on",
    "Reason",
];

/// Which kind of records becomes a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    /// Applications.
    Applications,
    /// Offers.
    Offers,
}

impl SheetKind {
    /// What the sheet and the file are called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applications => "applications",
            Self::Offers => "offers",
        }
    }

    fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Applications => &OF_APPLICATIONS,
            Self::Offers => &OF_OFFERS,
        }
    }
}

/// Which records of a kind are in a table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Wanted {
    /// These, in this order: a list that the window narrowed. What is not here any more is left out.
    Ids {
        /// The records.
        ids: Vec<RecordId>,
    },
    /// Those of a list, all pages of it.
    List {
        /// The list.
        request: ListRequest,
    },
}

/// The records as a table.
///
/// # Errors
/// [`Code::TooLarge`] for more than [`MAX_ROWS`]; as [`list`].
pub fn sheet(
    conn: &Connection,
    kind: SheetKind,
    wanted: &Wanted,
    format: TableFormat,
) -> Result<Table, Problem> {
    // One moment for all pages.
    let _moment = conn
        .unchecked_transaction()
        .map_err(|error| Problem::new(Code::Internal).detail(error.to_string()))?;
    let mut writer = Writer::new(format, kind.name(), kind.headings().iter().copied())?;
    let mut beside = Beside { conn, known: HashMap::new() };
    let mut rows = 0;
    let mut write = |row: &Record| -> Result<(), Problem> {
        rows += 1;
        writer.row(&match kind {
            SheetKind::Applications => beside.application(row)?,
            SheetKind::Offers => beside.offer(row)?,
        })
    };
    match wanted {
        Wanted::Ids { ids } if ids.len() > MAX_ROWS => return Err(Problem::new(Code::TooLarge)),
        Wanted::Ids { ids } => {
            for id in ids {
                if let Some(row) = get(conn, kind.name(), *id)?.filter(|row| !row.deleted) {
                    write(&row)?;
                }
            }
        }
        Wanted::List { request } => pages(conn, kind, request, &mut write)?,
    }
    let bytes = writer.finish()?;
    Ok(Table { rows, bytes })
}

/// Reads a list page by page.
fn pages(
    conn: &Connection,
    kind: SheetKind,
    request: &ListRequest,
    write: &mut dyn FnMut(&Record) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let kind = kind.name().to_owned();
    let mut page = ListRequest { kind, limit: Some(MAX_LIMIT), offset: 0, ..request.clone() };
    loop {
        let found = list(conn, &page)?;
        if found.total > MAX_ROWS as u64 {
            return Err(Problem::new(Code::TooLarge));
        }
        for row in &found.rows {
            write(row)?;
        }
        page.offset += found.rows.len();
        if found.rows.len() < MAX_LIMIT {
            return Ok(());
        }
    }
}

/// What lies beside the records: jobs, tags and members, each read once.
struct Beside<'c> {
    conn: &'c Connection,
    known: HashMap<String, Fields>,
}

impl Beside<'_> {
    /// The fields of a record by its id; none where it is not here or deleted.
    fn read(&mut self, kind: &str, id: &str) -> Result<Fields, Problem> {
        if let Some(known) = self.known.get(id) {
            return Ok(known.clone());
        }
        let fields = match id.parse() {
            Ok(id) => here(self.conn, kind, id)?,
            Err(_) => Fields::new(),
        };
        self.known.insert(id.to_owned(), fields.clone());
        Ok(fields)
    }

    /// Who a record is about, and how to reach them: whoever they were merged into.
    fn person(&self, row: &Record) -> Result<(Fields, Fields), Problem> {
        let Ok(id) = text(&row.fields, "candidate_id").parse() else {
            return Ok((Fields::new(), Fields::new()));
        };
        let id = shown_as(self.conn, id)?;
        let contacts = of(self.conn, CandidateContact::NAME, &[json!(id)])?;
        let contact = contacts.into_values().flatten().next().map(|contact| contact.fields);
        Ok((here(self.conn, Candidate::NAME, id)?, contact.unwrap_or_default()))
    }

    fn application(&mut self, row: &Record) -> Result<Vec<Cell>, Problem> {
        let fields = &row.fields;
        let (candidate, contact) = self.person(row)?;
        let job = self.read(Job::NAME, text(fields, "job_id"))?;
        let member = self.read(Member::NAME, text(fields, "assigned_to_id"))?;
        let tags: Vec<String> = members(&candidate, "tag_ids").map(str::to_owned).collect();
        let tags = tags.iter().map(|id| Ok(text(&self.read(Tag::NAME, id)?, "name").to_owned()));
        let tags = tags.collect::<Result<Vec<_>, Problem>>()?;
        let tags: Vec<String> = tags.into_iter().filter(|name| !name.is_empty()).collect();
        Ok(vec![
            own(&candidate, "first_name"),
            own(&candidate, "last_name"),
            own(&contact, "email"),
            own(&contact, "phone"),
            own(&job, "title"),
            own(&job, "reference_code"),
            Cell::Text(self.stage(fields)),
            day_of(fields, "applied_at"),
            day_of(fields, "stage_changed_at"),
            own(fields, "source"),
            own(&member, "name"),
            number(fields, "rating"),
            own(fields, "rejection_reason"),
            Cell::Text(tags.join("; ")),
        ])
    }

    /// The name of an application's stage.
    fn stage(&self, fields: &Fields) -> String {
        let id = text(fields, "stage_id");
        let Some(def) = registry::by_name(Application::NAME) else { return String::new() };
        names(self.conn, def, fields, std::iter::empty()).remove(id).unwrap_or_default()
    }

    fn offer(&mut self, row: &Record) -> Result<Vec<Cell>, Problem> {
        let fields = &row.fields;
        let (candidate, contact) = self.person(row)?;
        let job = self.read(Job::NAME, text(fields, "job_id"))?;
        Ok(vec![
            own(&candidate, "first_name"),
            own(&candidate, "last_name"),
            own(&contact, "email"),
            own(&job, "title"),
            own(&job, "reference_code"),
            own(fields, "title"),
            own(fields, "status"),
            number(fields, "version"),
            own(fields, "employment"),
            amount(fields, "salary"),
            own(fields, "currency"),
            own(fields, "period"),
            amount(fields, "bonus"),
            amount(fields, "signing_bonus"),
            own(fields, "equity"),
            number(fields, "days_off"),
            day(fields, "starts_on"),
            day(fields, "ends_on"),
            number(fields, "probation_months"),
            own(fields, "place"),
            day(fields, "expires_on"),
            day_of(fields, "sent_at"),
            day_of(fields, "signed_at"),
            own(fields, "signed_name"),
            day_of(fields, "closed_at"),
            own(fields, "reason"),
        ])
    }
}

fn here(conn: &Connection, kind: &str, id: RecordId) -> Result<Fields, Problem> {
    let row = get(conn, kind, id)?.filter(|row| !row.deleted);
    Ok(row.map(|row| row.fields).unwrap_or_default())
}

fn own(fields: &Fields, name: &str) -> Cell {
    Cell::Text(text(fields, name).to_owned())
}

fn number(fields: &Fields, name: &str) -> Cell {
    Cell::Number(fields.get(name).and_then(Value::as_i64).map(|value| value.to_string()).unwrap_or_default())
}

/// An amount in whole units of the offer's currency, which has a column of its own.
fn amount(fields: &Fields, name: &str) -> Cell {
    let minor = fields.get(name).and_then(Value::as_i64);
    Cell::Number(minor.map(|minor| currency::plain(minor, text(fields, "currency"))).unwrap_or_default())
}

fn day(fields: &Fields, name: &str) -> Cell {
    Cell::Day(text(fields, name).to_owned())
}

/// The day of an instant, in UTC.
fn day_of(fields: &Fields, name: &str) -> Cell {
    let at = fields.get(name).and_then(Value::as_i64).filter(|at| *at > 0);
    Cell::Day(at.and_then(Date::of).map(|day| day.0).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use zumodra_shared::ats::Offer;

    use super::*;
    use crate::replica::{Random, Replica};

    #[test]
    fn every_row_is_as_wide_as_its_headings() {
        let replica = Replica::in_memory(Random::seeded(1)).expect("opens");
        let mut beside = Beside { conn: replica.connection(), known: HashMap::new() };
        let row = |fields: Fields| Record {
            id: RecordId::from_u128(1),
            kind: Offer::NAME,
            scope: String::new(),
            created_at: 0,
            created_by: None,
            updated_at: 0,
            updated_by: None,
            deleted: false,
            pending: false,
            fields,
        };
        let offer = beside.offer(&row(Offer::DEF.defaults())).expect("reads");
        assert_eq!(offer.len(), OF_OFFERS.len());
        let application = beside.application(&row(Application::DEF.defaults())).expect("reads");
        assert_eq!(application.len(), OF_APPLICATIONS.len());
    }
}
