//! Fills the demonstration workspace through sign-up, invitations, uploads and pushes, as people's devices would.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;
use zumodra_shared::kernel::Date;
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};
use zumodra_shared::schema::Edit;
use zumodra_shared::sync::wire::{ClientFrame, Command, ServerFrame};

use super::confidential;
use super::http::{Http, Signed};
use super::jobs;
use super::material::{Material, ResumeFile};
use super::own;
use super::panel;
use super::people::{Person, people};
use super::records::{Author, Record, id_at};
use super::{letters, pools, site};
use crate::process::program;
use crate::process::wire::Wire;

/// The password of everybody in the demo.
pub const PASSWORD: &str = "quiet harbour lantern 42";
/// What the workspace is called.
const WORKSPACE: &str = "Northwind Talent";
/// The people of the workspace; the first one owns it.
const MEMBERS: [(&str, &str, &str, &str); 4] = [
    ("Claire Fontaine", "claire@northwind.example", "owner", "Head of People"),
    ("Tom Adeyemi", "tom@northwind.example", "recruiter", "Recruiter"),
    ("Inès Moreau", "ines@northwind.example", "hiring_manager", "Engineering Manager"),
    ("Sam Whitfield", "sam@northwind.example", "viewer", "Finance Partner"),
];
/// What everything that looks like chance is made of.
const SEED: u64 = 20_261_122;
/// Candidates of the workspace.
const CANDIDATES: usize = 400;
/// One candidate of so many has a consent that ends about now.
const CONSENT_EACH: usize = 37;
/// How long the server may take until it is ready.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// What remembers that the workspace was filled.
const MEMORY: &str = "seed.json";
/// Tags of the workspace, with their colours.
const TAGS: [(&str, &str); 8] = [
    ("relocates", "#0E7490"),
    ("referral", "#15803D"),
    ("senior", "#4338CA"),
    ("leadership", "#7C3AED"),
    ("bilingual", "#B45309"),
    ("alumni", "#64748B"),
    ("portfolio", "#BE185D"),
    ("talent pool", "#1D4ED8"),
];
/// What recruiters write.
const NOTES: [&str; 10] = [
    "Spoke on the phone: clear, curious, wants a smaller team. Free from next month.",
    "Strong portfolio. Ask about the migration project in the interview.",
    "Salary expectation is at the top of our range.",
    "Prefers to work from home three days a week.",
    "Very good questions about the product. The team should meet them.",
    "Referred by a former colleague who would hire them again.",
    "Technical exercise came back in two days, well tested and well explained.",
    "Notice period is three months.",
    "Not quite the level for this role, keep in mind for the next opening.",
    "Speaks French and English with customers every day.",
];
/// Why people were turned down.
const REASONS: [&str; 5] = [
    "Experience does not match",
    "Another candidate was chosen",
    "Salary expectation",
    "No right to work",
    "No answer",
];

/// What the seeding remembers between two runs.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Memory {
    /// When the first run was: instants in the records are relative to it.
    base: i64,
    /// The device of each person: a change belongs to the device that sent it first.
    devices: BTreeMap<String, String>,
    done: bool,
}

/// What was made, for those who go on with it.
#[derive(Debug)]
pub struct Seeded {
    /// The people who are signed in, in the order of the workspace's members.
    pub signed: Vec<Signed>,
    /// Jobs, candidates, applications and changes that were made.
    pub counts: [usize; 4],
}

/// Fills the workspace unless it is filled, and says how to sign in.
///
/// # Errors
/// When the server does not become ready in time or refuses something.
pub async fn run(url: &str, data: &Path) -> Result<()> {
    let http = Http::new(url)?;
    let started = Instant::now();
    while !http.is_ready().await {
        if started.elapsed() > READY_WITHIN {
            bail!("the server at {url} is not ready after {} s", READY_WITHIN.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let memory = read_memory(data)?;
    let slug = if memory.done && http.sign_in(MEMBERS[0].1, PASSWORD, None).await?.is_some() {
        println!("The workspace {WORKSPACE} is filled already.");
        slug()
    } else {
        let started = Instant::now();
        let seeded = fill(&http, data).await?;
        let [jobs, candidates, applications, changes] = seeded.counts;
        println!(
            "Filled the workspace {WORKSPACE} in {:.1} s: {jobs} jobs, {candidates} candidates, \
             {applications} applications, {changes} changes.",
            started.elapsed().as_secs_f64()
        );
        seeded.signed[0].slug.clone()
    };
    tell(&http, &slug);
    Ok(())
}

fn slug() -> String {
    WORKSPACE.to_lowercase().replace(' ', "-")
}

fn tell(http: &Http, slug: &str) {
    let port = http.url.rsplit_once(':').map_or("80", |(_, port)| port);
    println!("Career page: {}/careers/{slug}/  or  http://{slug}.localhost:{port}/careers/", http.url);
    println!("Server for the desktop: {}", http.url);
    println!("Everybody's password: {PASSWORD}");
    for (name, email, role, _) in MEMBERS {
        println!("  {email:<28} {role:<15} {name}");
    }
}

fn memory_path(data: &Path) -> PathBuf {
    data.join(MEMORY)
}

fn read_memory(data: &Path) -> Result<Memory> {
    match std::fs::read_to_string(memory_path(data)) {
        Ok(text) => serde_json::from_str(&text).context("read what was seeded"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Memory::default()),
        Err(error) => Err(error).context("read what was seeded"),
    }
}

fn write_memory(data: &Path, memory: &Memory) -> Result<()> {
    std::fs::create_dir_all(data)?;
    std::fs::write(memory_path(data), serde_json::to_string_pretty(memory)?).context("note what was seeded")
}

/// Fills the workspace. Doing it again after it was cut off goes on where it was.
///
/// # Errors
/// When the server refuses something.
pub async fn fill(http: &Http, data: &Path) -> Result<Seeded> {
    let mut memory = read_memory(data)?;
    if memory.base == 0 {
        memory.base = jiff::Timestamp::now().as_millisecond() / HOUR_MS * HOUR_MS;
    }
    let material = Material::read()?;
    let signed = members(http, &mut memory).await?;
    write_memory(data, &memory)?;
    brand(http, &signed[0]).await?;
    site::say(http, &signed[0]).await?;
    let mut filling = Filling::begin(http, memory.base, &signed, &material).await?;
    filling.tags()?;
    filling.technical_pipeline()?;
    filling.jobs()?;
    filling.send(0).await?;
    filling.publish().await?;
    filling.candidates(http).await?;
    filling.applications()?;
    filling.send(1).await?;
    // The hiring manager writes about jobs that are theirs only now.
    filling.feedback()?;
    filling.connect(2).await?;
    filling.send(2).await?;
    confidential::fill(http, &signed[0], &signed[1]).await?;
    panel::fill(http, &signed[0], &signed[1], &signed[2]).await?;
    memory.done = true;
    write_memory(data, &memory)?;
    let counts = [filling.jobs.len(), filling.candidates.len(), filling.applied.len(), filling.made()];
    Ok(Seeded { signed, counts })
}

/// Signs the people in, making the workspace and inviting who is not there yet.
async fn members(http: &Http, memory: &mut Memory) -> Result<Vec<Signed>> {
    let mut signed: Vec<Signed> = Vec::new();
    for (name, email, role, job_title) in MEMBERS {
        let device = memory.devices.get(email).cloned();
        let known = match &device {
            Some(device) => http.sign_in(email, PASSWORD, Some(device)).await?,
            None => None,
        };
        let person = match (known, signed.first()) {
            (Some(known), _) => known,
            (None, None) => http.sign_up(WORKSPACE, name, email, PASSWORD).await?,
            (None, Some(owner)) => {
                let person = json!({"name": name, "email": email, "role": role, "job_title": job_title});
                http.join(owner, &person, PASSWORD).await?
            }
        };
        memory.devices.insert(email.to_owned(), person.device_id.clone());
        signed.push(person);
    }
    Ok(signed)
}

async fn brand(http: &Http, owner: &Signed) -> Result<()> {
    let settings = json!({
        "careers_title": "Careers at Northwind Talent",
        "careers_tagline": "Work that leaves the world a little better ordered than it was.",
        "careers_about": "Northwind Talent finds people for companies that build, move and repair things.\n\n\
                          We answer every application in words, within ten working days.",
        "careers_color": "#0e6f6a",
        "careers_contact": "Questions? Write to jobs@northwind.example",
        "careers_email": "jobs@northwind.example",
        "careers_spontaneous": true,
    });
    http.call("PATCH", "/api/v1/tenants/current/", &owner.access, Some(&settings)).await.map(drop)
}

/// A job of the demo.
struct DemoJob {
    record: Record,
    title: String,
    stages: Vec<String>,
    pipeline: Uuid,
    is_open: bool,
    is_managers: bool,
}

/// An application of the demo.
struct Applied {
    id: Uuid,
    candidate: Uuid,
    job: usize,
    stage: usize,
    at: i64,
}

/// The filling as it goes.
struct Filling<'a> {
    url: String,
    base: i64,
    signed: &'a [Signed],
    material: &'a Material,
    authors: Vec<Author>,
    wires: Vec<Wire>,
    default_pipeline: (Uuid, Vec<String>),
    technical: (Uuid, Vec<String>),
    tags: Vec<Uuid>,
    pools: Vec<Uuid>,
    jobs: Vec<DemoJob>,
    candidates: Vec<(Uuid, Person)>,
    applied: Vec<Applied>,
    rng: ChaCha8Rng,
}

impl<'a> Filling<'a> {
    async fn begin(http: &Http, base: i64, signed: &'a [Signed], material: &'a Material) -> Result<Self> {
        let mut filling = Self {
            url: http.url.clone(),
            base,
            signed,
            material,
            authors: signed.iter().map(|person| Author::new(&person.device_id)).collect(),
            wires: Vec::new(),
            default_pipeline: default_pipeline(http, &signed[0]).await?,
            technical: (Uuid::nil(), Vec::new()),
            tags: Vec::new(),
            pools: Vec::new(),
            jobs: Vec::new(),
            candidates: Vec::new(),
            applied: Vec::new(),
            rng: ChaCha8Rng::seed_from_u64(SEED),
        };
        for person in &signed[..2] {
            filling.wires.push(Wire::welcomed(&filling.url, &person.access).await?.0);
        }
        Ok(filling)
    }

    async fn connect(&mut self, person: usize) -> Result<()> {
        self.wires.push(Wire::welcomed(&self.url, &self.signed[person].access).await?.0);
        Ok(())
    }

    async fn send(&mut self, person: usize) -> Result<()> {
        self.authors[person].push(&mut self.wires[person]).await
    }

    fn made(&self) -> usize {
        self.authors.iter().map(|author| author.made).sum()
    }

    fn tags(&mut self) -> Result<()> {
        for (name, color) in TAGS {
            let id = id_at(self.base - 90 * DAY_MS, &mut self.rng);
            self.authors[0].create("tags", id, json!({"name": name, "color": color}), self.base)?;
            self.tags.push(id);
        }
        for pool in pools::pools() {
            let id = id_at(self.base - 90 * DAY_MS, &mut self.rng);
            self.authors[0].create("pools", id, pool, self.base)?;
            self.pools.push(id);
        }
        for field in own::fields() {
            let id = id_at(self.base - 90 * DAY_MS, &mut self.rng);
            self.authors[0].create("custom_fields", id, field, self.base)?;
        }
        Ok(())
    }

    fn technical_pipeline(&mut self) -> Result<()> {
        let stages = [
            ("New", "new", 3),
            ("Screening", "screening", 5),
            ("Take-home exercise", "assessment", 7),
            ("Technical interview", "interview", 7),
            ("Meet the team", "interview", 5),
            ("References", "reference", 4),
            ("Offer", "offer", 5),
            ("Hired", "hired", 0),
            ("Rejected", "rejected", 0),
            ("Withdrawn", "withdrawn", 0),
        ];
        let ids: Vec<String> = (0..stages.len()).map(|at| format!("t{at}")).collect();
        let items: Vec<Value> = stages
            .iter()
            .zip(&ids)
            .map(|((name, kind, days), id)| {
                json!({"id": id, "name": name, "kind": kind, "target_days": (*days > 0).then_some(days), "color": ""})
            })
            .collect();
        let id = id_at(self.base - 90 * DAY_MS, &mut self.rng);
        let fields =
            json!({"name": "Technical", "description": "For engineering and data.", "stages": items});
        self.authors[0].create("pipelines", id, fields, self.base)?;
        self.technical = (id, ids);
        Ok(())
    }

    fn jobs(&mut self) -> Result<()> {
        for (number, row) in self.material.jobs.iter().enumerate() {
            let mut fields = jobs::fields(self.material, row, self.base, &mut self.rng);
            let is_technical = jobs::is_technical(jobs::team(&row.title));
            let (pipeline, stages) = if is_technical { &self.technical } else { &self.default_pipeline };
            let is_managers = is_technical && number % 3 == 0;
            fields["pipeline_id"] = json!(pipeline);
            fields["recruiter_id"] = json!(self.signed[1].user_id);
            if is_managers {
                fields["hiring_manager_id"] = json!(self.signed[2].user_id);
            }
            let (pipeline, stages) = (*pipeline, stages.clone());
            let at = self.base - self.rng.random_range(3..80) * DAY_MS;
            let id = id_at(at, &mut self.rng);
            let title = fields["title"].as_str().unwrap_or_default().to_owned();
            let record = self.authors[0].create("jobs", id, fields, at)?;
            // Of twenty jobs one is a draft; see `publish` for the ones that are on hold or closed.
            let is_open = number % 20 != 19;
            self.jobs.push(DemoJob { record, title, stages, pipeline, is_open, is_managers });
        }
        Ok(())
    }

    /// Publishes the jobs, and takes some back.
    async fn publish(&mut self) -> Result<()> {
        let mut commands: Vec<(&str, Uuid, &str)> = Vec::new();
        for (number, job) in self.jobs.iter_mut().enumerate().filter(|(_, job)| job.is_open) {
            commands.push(("publish_job", job.record.id, "{}"));
            match number % 20 {
                7 => commands.push(("hold_job", job.record.id, "{}")),
                13 => {
                    commands.push(("close_job", job.record.id, r#"{"reason":"The budget went elsewhere"}"#))
                }
                16 => commands.push(("fill_job", job.record.id, r#"{"reason":"Somebody was hired"}"#)),
                _ => continue,
            }
            job.is_open = false;
        }
        // Published one by one, so that each reference code follows the one before.
        for (name, target, args) in commands {
            let key = Uuid::new_v5(&target, name.as_bytes());
            let wire = &mut self.wires[0];
            wire.send(&ClientFrame::Command(Command { key, name: name.into(), target, args: args.into() }))
                .await?;
            let problem = wire
                .until(|frame| match frame {
                    ServerFrame::CommandDone(done) if done.key == key => Some(done.problem.clone()),
                    _ => None,
                })
                .await?;
            wire.items.clear();
            if let Some(problem) = problem {
                bail!("{name} {target}: {} {:?}", problem.code, problem.detail);
            }
        }
        Ok(())
    }

    async fn candidates(&mut self, http: &Http) -> Result<()> {
        let titles: Vec<String> = self.jobs.iter().map(|job| job.title.clone()).collect();
        for person in people(self.material, &titles, CANDIDATES, &mut self.rng) {
            let at = self.base - self.rng.random_range(1..75) * DAY_MS;
            let id = id_at(at, &mut self.rng);
            let mut fields = person.candidate.clone();
            let count = self.rng.random_range(0..3);
            let tags: Vec<&Uuid> = self.tags.choose_multiple(&mut self.rng, count).collect();
            fields["tag_ids"] = json!(tags);
            fields["pool_ids"] = json!(pools::of(self.candidates.len(), &self.pools));
            fields["custom"] = json!(own::values(self.candidates.len()));
            // Some agreed for a time that ends soon, or has ended.
            if self.candidates.len() % CONSENT_EACH == CONSENT_EACH - 1 {
                let days = i64::try_from(self.candidates.len() % 40)? - 10;
                fields["consent_on"] = json!(Date::of(self.base + (days - 365) * DAY_MS));
                fields["consent_until"] = json!(Date::of(self.base + days * DAY_MS));
            }
            if let Some(index) = person.resume {
                let resume = &self.material.resumes[index];
                let hash = format!("{:x}", Sha256::digest(&resume.bytes));
                http.upload(&self.signed[1], &hash, &resume.name, resume.media_type, &resume.bytes).await?;
                fields["resume_hash"] = json!(hash);
                fields["resume_name"] = json!(resume.name);
                fields["resume_type"] = json!(resume.media_type);
                fields["resume_text"] = json!(text_of(resume).await?);
            }
            self.authors[1].create("candidates", id, fields, at)?;
            let mut contact = person.contact.clone();
            contact["candidate_id"] = json!(id);
            let contact_id = id_at(at, &mut self.rng);
            self.authors[1].create("candidate_contacts", contact_id, contact, at)?;
            if self.candidates.len().is_multiple_of(letters::EACH) {
                let letter = letters::send(http, &self.signed[1], id, &person.candidate).await?;
                self.authors[1].create("attachments", id_at(at, &mut self.rng), letter, at)?;
            }
            self.candidates.push((id, person));
        }
        Ok(())
    }

    fn applications(&mut self) -> Result<()> {
        // A few jobs get most of the applications, as in life: the first of them is what a visitor opens.
        let open: Vec<usize> = (0..self.jobs.len()).filter(|at| self.jobs[*at].is_open).collect();
        let busy: Vec<usize> = open.iter().copied().filter(|at| self.jobs[*at].is_managers).take(6).collect();
        for index in 0..self.candidates.len() {
            let candidate = self.candidates[index].0;
            let pool = if self.rng.random_bool(0.55) && !busy.is_empty() { &busy } else { &open };
            let Some(job) = pool.choose(&mut self.rng).copied() else { continue };
            self.apply(candidate, job)?;
            if self.rng.random_bool(0.2)
                && let Some(second) = open.choose(&mut self.rng).copied().filter(|second| *second != job)
            {
                self.apply(candidate, second)?;
            }
        }
        Ok(())
    }

    fn apply(&mut self, candidate: Uuid, job: usize) -> Result<()> {
        let at = self.base - self.rng.random_range(1..60) * DAY_MS + self.rng.random_range(0..9) * HOUR_MS;
        let id = id_at(at, &mut self.rng);
        let (job_id, pipeline, stages) =
            (self.jobs[job].record.id, self.jobs[job].pipeline, self.jobs[job].stages.clone());
        let fields = json!({
            "candidate_id": candidate, "job_id": job_id, "pipeline_id": pipeline, "stage_id": stages[0],
            "source": "career_page", "applied_at": at,
        });
        let mut record = self.authors[1].create("applications", id, fields, at)?;
        // The last three stages of both pipelines are hired, rejected and withdrawn.
        let last_open = stages.len() - 4;
        let reached =
            [0, 0, 0, 1, 1, 1, 2, 2, 3, last_open - 1, last_open].choose(&mut self.rng).copied().unwrap_or(0);
        for (step, stage) in stages.iter().enumerate().take(reached + 1).skip(1) {
            let when = at + i64::try_from(step)? * DAY_MS;
            self.authors[1].edit(&mut record, &[Edit::set("stage_id", stage.as_str())], when)?;
        }
        let mut stage = reached;
        if self.rng.random_bool(0.22) {
            stage = stages.len() - 2;
            let reason = REASONS.choose(&mut self.rng).copied().unwrap_or(REASONS[0]);
            let edits =
                [Edit::set("stage_id", stages[stage].as_str()), Edit::set("rejection_reason", reason)];
            self.authors[1].edit(&mut record, &edits, at + 9 * DAY_MS)?;
        } else if reached == last_open && self.rng.random_bool(0.4) {
            stage = stages.len() - 3;
            let edits = [Edit::set("stage_id", stages[stage].as_str())];
            self.authors[1].edit(&mut record, &edits, at + 10 * DAY_MS)?;
        }
        if reached > 0 && self.rng.random_bool(0.6) {
            let rating = self.rng.random_range(2..6);
            self.authors[1].edit(&mut record, &[Edit::set("rating", rating)], at + DAY_MS)?;
        }
        // The owner and the recruiter share some of the work, by turns.
        if let Some(who) = self.signed.get(self.applied.len() % 4).filter(|_| self.applied.len() % 4 < 2) {
            let mine = Edit::set("assigned_to_id", who.user_id.as_str());
            self.authors[1].edit(&mut record, &[mine], at + DAY_MS)?;
        }
        if self.rng.random_bool(0.4) {
            self.note(1, candidate, id, job_id, at + DAY_MS)?;
        }
        self.applied.push(Applied { id, candidate, job, stage, at });
        Ok(())
    }

    fn note(&mut self, person: usize, candidate: Uuid, application: Uuid, job: Uuid, at: i64) -> Result<()> {
        let body = NOTES.choose(&mut self.rng).copied().unwrap_or(NOTES[0]);
        let id = id_at(at, &mut self.rng);
        let fields =
            json!({"candidate_id": candidate, "application_id": application, "job_id": job, "body": body});
        self.authors[person].create("notes", id, fields, at).map(drop)
    }

    /// What the hiring manager thinks of those who came far.
    fn feedback(&mut self) -> Result<()> {
        let far: Vec<(Uuid, Uuid, Uuid, i64)> = self
            .applied
            .iter()
            .filter(|applied| applied.stage >= 2 && self.jobs[applied.job].is_managers)
            .map(|applied| (applied.candidate, applied.id, self.jobs[applied.job].record.id, applied.at))
            .collect();
        for (candidate, application, job, at) in far {
            if self.rng.random_bool(0.5) {
                self.note(2, candidate, application, job, at + 4 * DAY_MS)?;
            }
        }
        Ok(())
    }
}

/// The workspace's default pipeline, which the server makes shortly after the workspace.
async fn default_pipeline(http: &Http, owner: &Signed) -> Result<(Uuid, Vec<String>)> {
    let started = Instant::now();
    loop {
        let list = http.call("GET", "/api/v1/ats/pipelines/?is_default=true", &owner.access, None).await?;
        if let Some(found) = list["results"].get(0) {
            let id = found["id"].as_str().context("a pipeline without id")?.parse()?;
            let stages = found["stages"].as_array().context("a pipeline without stages")?;
            let ids = stages.iter().filter_map(|stage| stage["id"].as_str().map(str::to_owned)).collect();
            return Ok((id, ids));
        }
        if started.elapsed() > READY_WITHIN {
            bail!("the workspace has no default pipeline");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The text of a résumé, as the server's own program reads it.
async fn text_of(resume: &ResumeFile) -> Result<String> {
    let extension = resume.name.rsplit('.').next().unwrap_or_default();
    let mut child = tokio::process::Command::new(program("zumodra-server")?)
        .args(["read-resume", extension])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("start the extraction of text")?;
    let mut input = child.stdin.take().context("its input")?;
    let bytes = resume.bytes.clone();
    let writing = tokio::spawn(async move { input.write_all(&bytes).await });
    let output = child.wait_with_output().await?;
    // A reader that ended early says so by its status.
    let _ = writing.await;
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    Ok(answer["Ok"]["text"].as_str().unwrap_or_default().to_owned())
}
