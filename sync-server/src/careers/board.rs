//! What the public may see of a workspace, in memory: every open job, ready to be searched.
//!
//! A board is never served when it is known to be old. A write by this node, or one of another node that was heard of,
//! makes it doubtful at once; without news it is believed for a moment. A doubtful board costs one small question
//! to the database, and is read anew only when a job changed since, or the day did.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use zumodra_shared::ats::Job;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::currency::minor_digits;

use super::job::{PublicJob, last_open_day};
use super::places::{self, City, folded};
use super::store;
use crate::app::App;
use crate::error::Result;
use crate::tenants::Tenant;

/// How long a board is believed without news: news of another node may be lost.
const BELIEVED: Duration = Duration::from_millis(500);
/// Jobs that are held, of all workspaces together; some kilobytes each.
const MAX_HELD: usize = 20_000;

/// An open job, ready to be searched.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The job.
    pub public: PublicJob,
    /// What a search looks at, without case and accents.
    pub text: String,
    /// Where its city is, if that is known.
    pub city: Option<&'static City>,
    /// Its skills, needed or welcome: their places among those of the board, in order.
    pub skills: Vec<usize>,
    /// What it pays at most in a year, in whole units of its currency, if the public may see it.
    pub pay: Option<i64>,
}

impl Listed {
    fn of(public: PublicJob, known: &[Skill]) -> Self {
        let job = &public.job;
        let texts = [
            job.title.as_str(),
            &job.team,
            &job.location_city,
            &job.location_state,
            &job.location_country,
            &job.description.0,
            &job.responsibilities.0,
            &job.requirements.0,
            &job.nice_to_have.0,
        ];
        // In whatever language somebody searches.
        let translated = public.translations.iter().flat_map(|told| {
            let parts = [&told.description, &told.responsibilities, &told.requirements, &told.nice_to_have];
            std::iter::once(told.title.as_str()).chain(parts.map(|part| part.0.as_str()))
        });
        let text =
            folded(&texts.into_iter().chain(translated).chain(skills(job)).collect::<Vec<_>>().join("\n"));
        let city = places::city(&job.location_city, &[&job.location_state, &job.location_country]);
        let places = skills(job).filter_map(|skill| place(known, &folded(skill)));
        let skills: Vec<usize> = places.collect::<BTreeSet<_>>().into_iter().collect();
        let pay = yearly(&public);
        Self { public, text, city, skills, pay }
    }
}

/// A skill that jobs of a board ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skill {
    /// Without case and accents.
    pub folded: String,
    /// As the first job writes it.
    pub written: String,
}

fn skills(job: &Job) -> impl Iterator<Item = &str> {
    job.required_skills.0.iter().chain(&job.preferred_skills.0).map(String::as_str)
}

/// The place of a skill among those that are known.
fn place(known: &[Skill], folded: &str) -> Option<usize> {
    known.binary_search_by(|skill| skill.folded.as_str().cmp(folded)).ok()
}

/// What a job pays at most in a year, in whole units of its currency. What the public may not see is not told by a filter.
fn yearly(public: &PublicJob) -> Option<i64> {
    let job = &public.job;
    let top = job.salary_max.or(job.salary_min).filter(|_| job.show_salary)?;
    Some(job.salary_period.in_a_year(top)? / 10_i64.pow(minor_digits(&job.salary_currency)))
}

/// The currency in which most jobs say what they pay, or an empty text.
fn usual_currency(jobs: &[Listed]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for listed in jobs.iter().filter(|listed| listed.pay.is_some()) {
        *counts.entry(&listed.public.job.salary_currency).or_default() += 1;
    }
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    most.map(|(currency, _)| currency.to_owned()).unwrap_or_default()
}

/// Every job of a workspace that the public may see.
#[derive(Debug, Default, PartialEq)]
pub struct Board {
    /// The jobs, in the order of their ids.
    pub jobs: Vec<Listed>,
    /// The currency in which most of them say what they pay, or an empty text.
    pub currency: String,
    /// The skills that they ask for, each once, in the order of what they are without case and accents.
    pub skills: Vec<Skill>,
    day: String,
    by_slug: HashMap<String, usize>,
}

impl Board {
    /// The board of these jobs on a day.
    #[must_use]
    pub fn of(jobs: Vec<PublicJob>, day: String) -> Self {
        let by_slug = jobs.iter().enumerate().map(|(at, job)| (job.slug.clone(), at)).collect();
        let mut known: BTreeMap<String, &str> = BTreeMap::new();
        for skill in jobs.iter().flat_map(|public| skills(&public.job)) {
            known.entry(folded(skill)).or_insert(skill);
        }
        let known = known.into_iter().map(|(folded, written)| Skill { folded, written: written.to_owned() });
        let skills: Vec<Skill> = known.collect();
        let jobs: Vec<Listed> = jobs.into_iter().map(|public| Listed::of(public, &skills)).collect();
        Self { currency: usual_currency(&jobs), skills, jobs, day, by_slug }
    }

    /// The place of a skill among those of the board.
    #[must_use]
    pub fn skill(&self, typed: &str) -> Option<usize> {
        place(&self.skills, &folded(typed))
    }

    /// The board without some of its jobs.
    #[must_use]
    pub fn without(self: Arc<Self>, is_left_out: impl Fn(&Job) -> bool) -> Arc<Self> {
        if !self.jobs.iter().any(|listed| is_left_out(&listed.public.job)) {
            return self;
        }
        let kept = self.jobs.iter().filter(|listed| !is_left_out(&listed.public.job)).cloned().collect();
        Arc::new(Self {
            jobs: kept,
            day: self.day.clone(),
            by_slug: HashMap::new(),
            skills: self.skills.clone(),
            currency: self.currency.clone(),
        })
    }

    /// The job of an address.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<&PublicJob> {
        self.by_slug.get(slug).and_then(|at| self.jobs.get(*at)).map(|listed| &listed.public)
    }
}

/// A board with what is known about its age.
#[derive(Debug, Clone)]
struct Held {
    board: Arc<Board>,
    /// The log's end when it was found to be whole.
    seq: i64,
    /// When that was.
    looked: Instant,
    /// The writes that this node had heard of before it looked.
    writes: u64,
}

/// The boards that were looked at lately.
#[derive(Debug, Default)]
pub struct Boards {
    held: Mutex<HashMap<RecordId, Held>>,
    /// One look at a time for each workspace: who comes meanwhile takes what it found.
    looking: Mutex<HashMap<RecordId, Arc<tokio::sync::Mutex<()>>>>,
}

impl Boards {
    fn get(&self, tenant_id: RecordId) -> Option<Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).get(&tenant_id).cloned()
    }

    fn put(&self, tenant_id: RecordId, held: Held) {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(tenant_id, held);
        if all.values().map(|held| held.board.jobs.len()).sum::<usize>() > MAX_HELD {
            all.retain(|id, _| *id == tenant_id);
        }
    }

    fn turn(&self, tenant_id: RecordId) -> Arc<tokio::sync::Mutex<()>> {
        let mut looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(looking.entry(tenant_id).or_default())
    }
}

/// The board that may be served as it is.
fn fresh(app: &App, tenant: &Tenant, day: &str) -> Option<Arc<Board>> {
    let held = app.boards().get(tenant.id)?;
    let is_fresh = held.looked.elapsed() < BELIEVED
        && held.writes == app.hub().writes(tenant.id)
        && held.board.day == day;
    is_fresh.then_some(held.board)
}

/// The board of a workspace.
///
/// # Errors
/// When the database cannot be read.
pub async fn board(app: &App, tenant: &Tenant) -> Result<Arc<Board>> {
    let day = last_open_day(app.now());
    if let Some(board) = fresh(app, tenant, &day) {
        return Ok(board);
    }
    let turn = app.boards().turn(tenant.id);
    let _turn = turn.lock().await;
    if let Some(board) = fresh(app, tenant, &day) {
        return Ok(board);
    }
    // What is written from here on makes the board doubtful again.
    let (writes, looked) = (app.hub().writes(tenant.id), Instant::now());
    let known = app.boards().get(tenant.id).filter(|held| held.board.day == day);
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let (seq, is_changed) = store::changes(&mut tx, known.as_ref().map_or(0, |held| held.seq)).await?;
    let board = match known {
        Some(held) if !is_changed => held.board,
        _ => Arc::new(Board::of(store::visible(&mut tx, &day).await?, day)),
    };
    tx.commit().await?;
    app.boards().put(tenant.id, Held { board: Arc::clone(&board), seq, looked, writes });
    Ok(board)
}
