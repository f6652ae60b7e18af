//! The page of one job, in its reader's language where the job is written in that.

use askama::Template;
use zumodra_shared::ats::Job;

use super::fields::named;
use super::job::{Posted, PublicJob, Said, Target};
use super::pages::{Frame, MAX_DESCRIPTION_CHARS};
use super::posting::{address, embedded, posting};
use super::show::{day, day_of, salary};
use super::site::Site;
use super::text::{blocks, html, teaser};

/// A part of a job's text.
pub struct JobSection {
    /// Its title.
    pub title: &'static str,
    /// The language of its text.
    pub lang: String,
    /// Its text, in which nothing that was written is markup.
    pub html: String,
}

/// One job.
#[derive(Template)]
#[template(path = "careers/job.html")]
pub struct JobPage {
    frame: Frame,
    head: String,
    shared_as: String,
    title: String,
    lang: String,
    own_lang: String,
    summary: Vec<String>,
    facts: Vec<(&'static str, String)>,
    sections: Vec<JobSection>,
    lists: Vec<(&'static str, Vec<String>)>,
    apply: String,
    apply_label: &'static str,
    is_elsewhere: bool,
    json_ld: String,
}

impl JobPage {
    /// The page of a job.
    #[must_use]
    pub fn of(site: &Site, public: &PublicJob) -> Self {
        let (words, job, posted) = (site.words(), &public.job, site.posted(public));
        let education = Said { lang: posted.own, text: &job.education_requirements };
        let texts = [
            (words.description, posted.description),
            (words.responsibilities, posted.responsibilities),
            (words.requirements, posted.requirements),
            (words.nice_to_have, posted.nice_to_have),
            (words.education, education),
            (words.benefits, posted.benefits),
        ];
        let lists = [
            (words.skills, &job.required_skills),
            (words.skills_plus, &job.preferred_skills),
            (words.languages, &job.languages_required),
            (words.certifications, &job.certifications_required),
        ];
        let summary = [job.team.clone(), public.place(), named(site.language, job.remote_policy.name())];
        let (apply, apply_label) = match public.elsewhere() {
            Some(address) => (address.to_owned(), words.apply_elsewhere),
            None => (site.way(&Target::Job(public).form()), words.apply_now),
        };
        let (frame, shared_as) = (job_frame(site, public, &posted), shared_as(job, &posted));
        Self {
            head: shared_as
                .clone()
                .unwrap_or_else(|| format!("{} · {}", posted.title.text, frame.site_title)),
            shared_as: shared_as.unwrap_or_else(|| posted.title.text.to_owned()),
            frame,
            title: posted.title.text.to_owned(),
            lang: posted.title.lang.to_owned(),
            own_lang: posted.own.to_owned(),
            summary: summary.into_iter().filter(|part| !part.is_empty()).collect(),
            facts: facts(site, public),
            sections: texts
                .into_iter()
                .filter(|(_, said)| !said.text.trim().is_empty())
                .map(|(title, said)| JobSection {
                    title,
                    lang: said.lang.to_owned(),
                    html: html(&blocks(said.text)),
                })
                .collect(),
            lists: lists
                .into_iter()
                .filter(|(_, set)| !set.0.is_empty())
                .map(|(title, set)| (title, set.0.iter().cloned().collect()))
                .collect(),
            apply,
            apply_label,
            is_elsewhere: public.elsewhere().is_some(),
            json_ld: posting(site, public).map(|posting| embedded(&posting)).unwrap_or_default(),
        }
    }
}

/// What stands around a job: in each of its languages it is a page of its own.
fn job_frame(site: &Site, public: &PublicJob, posted: &Posted<'_>) -> Frame {
    let rest = format!("jobs/{}/", public.slug);
    let mut frame = Frame::of(site).switched(site, &rest, "");
    frame.canonical = address(site, public);
    frame.alternates = site.alternates(public);
    if !frame.alternates.is_empty() {
        // Who wants another language gets what suits them best.
        frame.alternates.push(("x-default", site.job_address(public)));
    }
    let meta = public.job.meta_description.trim();
    let is_own = posted.description.lang == posted.own;
    frame.description = if is_own && !meta.is_empty() {
        meta.to_owned()
    } else {
        teaser(posted.description.text, MAX_DESCRIPTION_CHARS)
    };
    frame
}

/// The title that was written for those who search and share, to readers of the language that it is in.
fn shared_as(job: &Job, posted: &Posted<'_>) -> Option<String> {
    let meta = job.meta_title.trim();
    (posted.title.lang == posted.own && !meta.is_empty()).then(|| meta.to_owned())
}

fn facts(site: &Site, public: &PublicJob) -> Vec<(&'static str, String)> {
    let (words, language, job) = (site.words(), site.language, &public.job);
    let positions = if public.positions() > 1 { public.positions().to_string() } else { String::new() };
    let equity = match (job.equity_offered, job.equity_range.trim()) {
        (false, _) => "",
        (true, "") => words.equity_offered,
        (true, range) => range,
    };
    let facts = [
        (words.place, public.place()),
        (words.remote, named(language, job.remote_policy.name())),
        (words.job_type, named(language, job.job_type.name())),
        (words.experience, named(language, job.experience_level.name())),
        (words.salary, salary(language, job).unwrap_or_default()),
        (words.equity, equity.to_owned()),
        (words.team, job.team.clone()),
        (words.reports_to, job.reports_to.clone()),
        (words.positions, positions),
        (words.posted, job.published_at.map(|at| day(language, &day_of(at.0))).unwrap_or_default()),
        (words.closes, public.deadline().map(|date| day(language, date)).unwrap_or_default()),
        (words.reference, job.reference_code.clone().unwrap_or_default()),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}
