//! The open jobs for other programs: RSS 2.0 for readers of feeds, and the XML of Indeed and LinkedIn, by which those
//! take up the jobs of a workspace.

use zumodra_shared::ats::{ExperienceLevel, Job, JobType, RemotePolicy, SalaryPeriod, likeness};
use zumodra_shared::kernel::time::{Millis, rfc3339};

use super::board::Board;
use super::fields::named;
use super::job::{PublicJob, Target};
use super::places::country_code;
use super::posting::{address, description, major_units};
use super::show::{day_of, salary};
use super::site::Site;
use super::source::SOURCE;
use super::text::escaped;
use super::words::Language;
use super::xml::Xml;

/// Entries of the RSS feed, the newest first; a reader of feeds has seen the older ones.
const MAX_RSS_ITEMS: usize = 100;
/// Who made the feeds.
const PUBLISHER: &str = "Zumodra";

/// A feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// RSS 2.0.
    Rss,
    /// Indeed's XML.
    Indeed,
    /// LinkedIn's XML.
    Linkedin,
}

impl Feed {
    /// Every feed.
    pub const ALL: [Self; 3] = [Self::Rss, Self::Indeed, Self::Linkedin];

    /// The last part of its address.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Rss => "feed.xml",
            Self::Indeed => "indeed.xml",
            Self::Linkedin => "linkedin.xml",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Indeed | Self::Linkedin => "application/xml; charset=utf-8",
        }
    }

    /// Its media type without its encoding, for links.
    #[must_use]
    pub fn bare_type(self) -> &'static str {
        self.media_type().split(';').next().unwrap_or_default()
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Rss => "RSS",
            Self::Indeed => "Indeed",
            Self::Linkedin => "LinkedIn",
        }
    }

    /// What applications are marked with that come by it.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Indeed => "indeed",
            Self::Linkedin => "linkedin",
        }
    }

    /// Whether it has a job in it.
    #[must_use]
    pub const fn carries(self, job: &Job) -> bool {
        match self {
            Self::Rss => !job.not_on_rss,
            Self::Indeed => !job.not_on_indeed,
            Self::Linkedin => !job.not_on_linkedin,
        }
    }

    /// The feed's text, in the language of the site as programs see it. `now` is when it is made, for a board that has never had a job.
    #[must_use]
    pub fn of(self, site: &Site, board: &Board, now: Millis) -> String {
        let all = board.jobs.iter().map(|listed| &listed.public);
        let mut jobs: Vec<&PublicJob> = all.filter(|public| self.carries(&public.job)).collect();
        jobs.sort_by_key(|public| (std::cmp::Reverse(published(public)), public.id));
        let built = jobs.first().map_or(now, |newest| published(newest));
        match self {
            Self::Rss => rss(site, &jobs, built),
            Self::Indeed => indeed(site, &jobs, built),
            Self::Linkedin => linkedin(site, &jobs, built),
        }
    }
}

/// An address that says by which feed somebody came.
fn marked(address: &str, feed: Feed) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{SOURCE}={}", feed.mark())
}

fn published(public: &PublicJob) -> Millis {
    public.job.published_at.map_or(0, |at| at.0)
}

/// A date as RFC 2822 writes it.
fn mail_date(at: Millis) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// A day as LinkedIn writes it: month, day, year.
fn american_day(day: &str) -> String {
    let mut parts = day.splitn(3, '-').map(|part| part.trim_start_matches('0'));
    let mut next = || parts.next().unwrap_or_default();
    let (year, month, date) = (next(), next(), next());
    format!("{month}/{date}/{year}")
}

fn title(site: &Site) -> &str {
    let title = site.tenant.settings.careers_title.trim();
    if title.is_empty() { &site.tenant.name } else { title }
}

fn reference(public: &PublicJob) -> String {
    public.job.reference_code.clone().unwrap_or_else(|| public.id.to_string())
}

/// The country's code where it is known, its name where it is not.
fn country(job: &Job) -> &str {
    country_code(&job.location_country).unwrap_or(&job.location_country)
}

fn rss(site: &Site, jobs: &[&PublicJob], built: Millis) -> String {
    let mut xml = Xml::default();
    xml.open("rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"");
    xml.open("channel");
    xml.text("title", title(site));
    xml.text("link", &site.address(""));
    let tagline = site.tenant.settings.careers_tagline.trim();
    xml.text("description", if tagline.is_empty() { title(site) } else { tagline });
    let language = if site.is_asked { site.language.tag() } else { &site.tenant.settings.language };
    xml.text("language", language);
    xml.text("lastBuildDate", &mail_date(built));
    xml.text("generator", PUBLISHER);
    let own = escaped(&site.address(Feed::Rss.file()));
    xml.empty(&format!("atom:link href=\"{own}\" rel=\"self\" type=\"application/rss+xml\""));
    for public in jobs.iter().take(MAX_RSS_ITEMS) {
        let (own, posted) = (site.job_address(public), site.posted(public));
        // Said of what is not in the language of the feed.
        match likeness(posted.title.lang, language) {
            0 => xml.open(&format!("item xml:lang=\"{}\"", escaped(posted.title.lang))),
            _ => xml.open("item"),
        }
        xml.text("title", posted.title.text);
        xml.text("link", &marked(&address(site, public), Feed::Rss));
        xml.text("guid", &own);
        xml.text("pubDate", &mail_date(published(public)));
        for category in [&public.job.team, &public.place()] {
            xml.text("category", category);
        }
        xml.raw("description", &description(site, public));
        xml.close("item");
    }
    xml.close("channel");
    xml.close("rss");
    xml.finish()
}

fn indeed(site: &Site, jobs: &[&PublicJob], built: Millis) -> String {
    let mut xml = Xml::default();
    xml.open("source");
    xml.text("publisher", PUBLISHER);
    xml.text("publisherurl", &site.home.origin);
    xml.text("lastBuildDate", &mail_date(built));
    for public in jobs {
        let job = &public.job;
        xml.open("job");
        xml.raw("title", site.posted(public).title.text);
        xml.raw("date", &rfc3339(published(public)));
        xml.raw("referencenumber", &public.id.to_string());
        xml.raw("requisitionid", &reference(public));
        xml.raw("url", &marked(&address(site, public), Feed::Indeed));
        xml.raw("company", &site.tenant.name);
        xml.raw("sourcename", &site.tenant.name);
        xml.raw("city", &job.location_city);
        xml.raw("state", &job.location_state);
        xml.raw("country", country(job));
        xml.raw("email", &site.tenant.settings.careers_email);
        xml.raw("description", &description(site, public));
        xml.raw("salary", &salary(Language::En, job).unwrap_or_default());
        xml.raw("education", &job.education_requirements);
        xml.raw("jobtype", indeed_type(job.job_type));
        xml.raw("category", &job.team);
        xml.raw("experience", &named(Language::En, job.experience_level.name()));
        xml.raw("expirationdate", public.deadline().unwrap_or_default());
        xml.raw("remotetype", indeed_remote(job.remote_policy));
        xml.close("job");
    }
    xml.close("source");
    xml.finish()
}

const fn indeed_type(job_type: JobType) -> &'static str {
    match job_type {
        JobType::FullTime => "fulltime",
        JobType::PartTime => "parttime",
        JobType::Contract | JobType::Freelance => "contract",
        JobType::Internship => "internship",
        JobType::Temporary => "temporary",
        JobType::Unknown => "",
    }
}

const fn indeed_remote(policy: RemotePolicy) -> &'static str {
    match policy {
        RemotePolicy::Remote => "Fully remote",
        RemotePolicy::Hybrid | RemotePolicy::Flexible => "Hybrid remote",
        RemotePolicy::OnSite | RemotePolicy::Unknown => "",
    }
}

fn linkedin(site: &Site, jobs: &[&PublicJob], built: Millis) -> String {
    let settings = &site.tenant.settings;
    let mut xml = Xml::default();
    xml.open("source");
    xml.text("lastBuildDate", &mail_date(built));
    xml.text("publisherUrl", &site.home.origin);
    xml.text("publisher", PUBLISHER);
    xml.text("expectedJobCount", &jobs.len().to_string());
    for public in jobs {
        let job = &public.job;
        xml.open("job");
        // At most 40 characters, and never that of another job.
        xml.raw("partnerJobId", &public.id.to_string());
        xml.raw("company", &site.tenant.name);
        xml.raw("companyId", &settings.careers_linkedin_id);
        xml.raw("title", site.posted(public).title.text);
        xml.raw("description", &description(site, public));
        let form = || marked(&site.address(&Target::Job(public).form()), Feed::Linkedin);
        xml.raw("applyUrl", &public.elsewhere().map_or_else(form, str::to_owned));
        xml.raw("location", &public.place());
        xml.raw("city", &job.location_city);
        xml.raw("state", &job.location_state);
        xml.raw("country", country(job));
        xml.raw("workplaceTypes", linkedin_workplace(job.remote_policy));
        xml.raw("experienceLevel", linkedin_level(job.experience_level));
        xml.raw("jobtype", linkedin_type(job.job_type));
        linkedin_pay(&mut xml, job);
        xml.raw("listDate", &american_day(&day_of(published(public))));
        xml.raw("expirationDate", &public.deadline().map(american_day).unwrap_or_default());
        xml.raw("posterEmail", &settings.careers_email);
        xml.close("job");
    }
    xml.close("source");
    xml.finish()
}

fn linkedin_pay(xml: &mut Xml, job: &Job) {
    let period = match job.salary_period {
        SalaryPeriod::Yearly => "YEARLY",
        SalaryPeriod::Monthly => "MONTHLY",
        SalaryPeriod::Weekly => "WEEKLY",
        SalaryPeriod::Daily => "DAILY",
        SalaryPeriod::Hourly => "HOURLY",
        SalaryPeriod::Unknown => return,
    };
    let ends = [("lowEnd", job.salary_min), ("highEnd", job.salary_max)];
    if !job.show_salary || job.salary_currency.is_empty() || ends.iter().all(|(_, end)| end.is_none()) {
        return;
    }
    xml.open("salaries");
    xml.open("salary");
    for (name, minor) in ends {
        let Some(minor) = minor else { continue };
        xml.open(name);
        xml.raw("amount", &major_units(minor, &job.salary_currency).to_string());
        xml.raw("currencyCode", &job.salary_currency);
        xml.close(name);
    }
    xml.raw("period", period);
    xml.close("salary");
    xml.close("salaries");
}

const fn linkedin_workplace(policy: RemotePolicy) -> &'static str {
    match policy {
        RemotePolicy::OnSite => "On-site",
        RemotePolicy::Remote => "Remote",
        RemotePolicy::Hybrid | RemotePolicy::Flexible => "Hybrid",
        RemotePolicy::Unknown => "",
    }
}

const fn linkedin_level(level: ExperienceLevel) -> &'static str {
    match level {
        ExperienceLevel::Entry => "ENTRY_LEVEL",
        ExperienceLevel::Junior => "ASSOCIATE",
        ExperienceLevel::Mid | ExperienceLevel::Senior => "MID_SENIOR_LEVEL",
        ExperienceLevel::Lead => "DIRECTOR",
        ExperienceLevel::Executive => "EXECUTIVE",
        ExperienceLevel::Unknown => "NOT_APPLICABLE",
    }
}

const fn linkedin_type(job_type: JobType) -> &'static str {
    match job_type {
        JobType::FullTime => "FULL_TIME",
        JobType::PartTime => "PART_TIME",
        JobType::Contract | JobType::Freelance => "CONTRACT",
        JobType::Internship => "INTERNSHIP",
        JobType::Temporary => "TEMPORARY",
        JobType::Unknown => "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_each_reader_wants_them() {
        assert_eq!(mail_date(1_795_348_800_000), "Sun, 22 Nov 2026 12:00:00 GMT");
        assert_eq!(american_day("2026-08-01"), "8/1/2026");
    }
}
