//! Saved searches of whose new matches the person is told on this computer: who matched when it was last looked, and who
//! of them is new. A look reads only who may have changed; the first one finds nothing new.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};
use serde_json::json;
use zumodra_shared::ats::{Candidate, SavedSearch};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::Entity as _;

use super::error::Result;
use super::query::asked;
use super::write::kind;
use super::{ListRequest, MAX_LIMIT, Replica, Tx};

/// Searches of which one person is told.
const MAX_ALERTS: usize = 20;
/// Changed records that are looked at one by one; of more, everybody is looked at.
const MAX_CHANGED: usize = 5_000;
/// What points to a candidate.
const CANDIDATE: &str = "candidate_id";

/// Begins to tell of a search, or ends it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FollowRequest {
    /// The saved search.
    pub search: RecordId,
    /// Whether the person is told.
    pub on: bool,
}

/// A search of which the person is told.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Alert {
    /// The saved search.
    pub search: RecordId,
    /// What it asks, in words of its own: another one begins anew, without news.
    pub fingerprint: String,
    /// What is asked.
    pub request: ListRequest,
}

/// What is looked at for news.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CheckRequest {
    /// The searches. One of which the person is not told is passed over.
    pub alerts: Vec<Alert>,
    /// The records that changed, by kind; none looks at everybody.
    pub changed: Option<BTreeMap<String, Vec<RecordId>>>,
    /// Who matches now is no news: the person made the change.
    pub silent: bool,
}

/// What an alert found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alerted {
    /// The saved search.
    pub search: RecordId,
    /// New matches that nobody looked at yet.
    pub fresh: u64,
    /// Those of them that this look found.
    pub arrived: u64,
}

/// The saved searches of whose new matches the person is told.
///
/// # Errors
/// When the store fails.
pub fn followed(conn: &Connection) -> std::result::Result<Vec<RecordId>, Problem> {
    Ok(ids(conn, "select search from alert_searches", [])?)
}

fn ids(conn: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<Vec<RecordId>> {
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement.query_map(params, |row| row.get(0).map(RecordId::from_bytes))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

impl Replica {
    /// Begins to tell of a search, or ends it.
    ///
    /// # Errors
    /// [`Code::NotFound`] for a search that is not here, [`Code::TooLarge`] for more than [`MAX_ALERTS`].
    pub fn follow(&mut self, request: &FollowRequest, now: i64) -> std::result::Result<(), Problem> {
        self.write(now, |tx| tx.follow(request))
    }

    /// Looks for new matches.
    ///
    /// # Errors
    /// As a list of the same request; [`Code::TooLarge`] for more than [`MAX_ALERTS`].
    pub fn check_alerts(
        &mut self,
        request: &CheckRequest,
        now: i64,
    ) -> std::result::Result<Vec<Alerted>, Problem> {
        if request.alerts.len() > MAX_ALERTS {
            return Err(Problem::new(Code::TooLarge));
        }
        // Should a look be lost, the next one finds the same.
        self.write_repeatable(now, |tx| {
            let among = match &request.changed {
                Some(changed) => tx.concerned(changed)?,
                None => None,
            };
            let looks = request.alerts.iter().map(|alert| tx.look(alert, among.as_deref(), request.silent));
            looks.filter_map(Result::transpose).collect()
        })
    }

    /// The new matches of a search, at most [`MAX_LIMIT`], none of which is new any more; others stay new.
    ///
    /// # Errors
    /// When the store fails.
    pub fn see_alert(&mut self, search: RecordId, now: i64) -> std::result::Result<Vec<RecordId>, Problem> {
        self.write_repeatable(now, |tx| {
            let sql =
                "select candidate from alert_matches where search = ?1 and fresh order by candidate limit ?2";
            let fresh = ids(tx.conn, sql, (search.as_bytes(), MAX_LIMIT))?;
            let sql = "update alert_matches set fresh = 0 where search = ?1 \
                       and candidate in (select unhex(value) from json_each(?2))";
            tx.conn.prepare_cached(sql)?.execute((search.as_bytes(), hex(&fresh)))?;
            // Another window of this replica shows how many are new as well.
            tx.changed.row(SavedSearch::NAME, search);
            Ok(fresh)
        })
    }
}

impl Tx<'_> {
    fn follow(&mut self, FollowRequest { search, on }: &FollowRequest) -> Result<()> {
        let search = *search;
        if *on {
            let def = &SavedSearch::DEF;
            if super::rows::get(self.conn, kind(def.name)?, search)?.is_none_or(|row| row.deleted) {
                return Err(Code::NotFound.into());
            }
            let sql = "select count(*) from alert_searches a join saved_searches s on s.id = a.search \
                       where a.search <> ?1 and not s.deleted";
            let others: i64 = self.conn.query_row(sql, [search.as_bytes()], |row| row.get(0))?;
            if others.unsigned_abs() >= MAX_ALERTS as u64 {
                return Err(Code::TooLarge.into());
            }
            let sql = "insert into alert_searches (search) values (?1) on conflict do nothing";
            self.conn.execute(sql, [search.as_bytes()])?;
        } else {
            for table in ["alert_searches", "alert_matches"] {
                self.conn.execute(&format!("delete from {table} where search = ?1"), [search.as_bytes()])?;
            }
        }
        self.changed.row(SavedSearch::NAME, search);
        Ok(())
    }

    /// The candidates that some changed records are, or belong to, as JSON of their ids in hexadecimal; none is everybody:
    /// of a record that is gone nobody knows whose it was.
    fn concerned(&self, changed: &BTreeMap<String, Vec<RecordId>>) -> Result<Option<String>> {
        if changed.values().map(Vec::len).sum::<usize>() > MAX_CHANGED {
            return Ok(None);
        }
        let mut concerned: BTreeSet<RecordId> = BTreeSet::new();
        for (name, ids) in changed {
            let def = kind(name)?;
            if def.name == Candidate::NAME {
                concerned.extend(ids);
            } else if def.field(CANDIDATE).is_some() {
                let sql = format!(
                    "select {CANDIDATE} from {} where id in (select unhex(value) from json_each(?1))",
                    def.name
                );
                let mut statement = self.conn.prepare_cached(&sql)?;
                let found = statement.query_map([hex(ids)], |row| row.get::<_, Option<String>>(0))?;
                let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
                if found.len() < ids.iter().collect::<BTreeSet<_>>().len() {
                    return Ok(None);
                }
                concerned.extend(found.into_iter().flatten().filter_map(|id| id.parse::<RecordId>().ok()));
            }
        }
        Ok(Some(hex(&concerned)))
    }

    /// Looks at one search; none when the person is not told of it.
    fn look(&self, alert: &Alert, among: Option<&str>, silent: bool) -> Result<Option<Alerted>> {
        let search = alert.search.as_bytes();
        let sql = "select fingerprint from alert_searches where search = ?1";
        let before: Option<Option<String>> =
            self.conn.prepare_cached(sql)?.query_row([search], |row| row.get(0)).optional()?;
        let Some(before) = before else { return Ok(None) };
        let request = ListRequest { kind: Candidate::NAME.to_owned(), ..alert.request.clone() };
        let (_, conditions, values) = asked(self.conn, &request)?;
        let is_known = before.as_ref() == Some(&alert.fingerprint);
        if !is_known {
            self.conn.prepare_cached("delete from alert_matches where search = ?1")?.execute([search])?;
            let sql = "update alert_searches set fingerprint = ?2 where search = ?1";
            self.conn.prepare_cached(sql)?.execute((search, &alert.fingerprint))?;
        }
        let among = among.filter(|_| is_known);
        let narrowed = |column: &str| match among {
            Some(_) => format!(" and {column} in (select unhex(value) from json_each(?))"),
            None => String::new(),
        };
        let those = || among.map(|ids| Sql::Text(ids.to_owned()));
        let own = || Sql::Blob(search.to_vec());
        let matching = format!("from candidates where {conditions}{}", narrowed("id"));
        let gone = format!(
            "delete from alert_matches where search = ?{} and candidate not in (select id {matching})",
            narrowed("candidate")
        );
        let params = [own()].into_iter().chain(those()).chain(values.clone()).chain(those());
        self.conn.prepare_cached(&gone)?.execute(rusqlite::params_from_iter(params))?;
        let come = format!(
            "insert into alert_matches (search, candidate, fresh) select ?, id, ? {matching} \
             on conflict do nothing"
        );
        let is_news = is_known && !silent;
        let params = [own(), Sql::Integer(i64::from(is_news))].into_iter().chain(values).chain(those());
        let arrived = self.conn.prepare_cached(&come)?.execute(rusqlite::params_from_iter(params))?;
        let sql = "select count(*) from alert_matches where search = ?1 and fresh";
        let fresh: i64 = self.conn.prepare_cached(sql)?.query_row([search], |row| row.get(0))?;
        let arrived = if is_news { arrived as u64 } else { 0 };
        Ok(Some(Alerted { search: alert.search, fresh: fresh.unsigned_abs(), arrived }))
    }
}

fn hex<'i>(ids: impl IntoIterator<Item = &'i RecordId>) -> String {
    json!(ids.into_iter().map(|id| id.simple().to_string()).collect::<Vec<_>>()).to_string()
}
