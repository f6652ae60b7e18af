//! A job as the public may see it, and until when it takes applications.

use zumodra_shared::ats::{Job, JobTranslation, likeness, rules};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{HOUR_MS, Millis};

/// A job that the public may see.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicJob {
    /// Its id.
    pub id: RecordId,
    /// The last part of its address.
    pub slug: String,
    /// The record.
    pub job: Job,
    /// What it says in further languages, as far as that is written, in the order in which they were begun.
    pub translations: Vec<JobTranslation>,
}

/// A text with the language that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    /// The language, by its tag.
    pub lang: &'a str,
    /// The text.
    pub text: &'a str,
}

/// What a job says to readers of a language: what is written in theirs, and what is not in the job's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posted<'a> {
    /// The title.
    pub title: Said<'a>,
    /// What the work is.
    pub description: Said<'a>,
    /// What the person will do.
    pub responsibilities: Said<'a>,
    /// What the person must bring.
    pub requirements: Said<'a>,
    /// What would help.
    pub nice_to_have: Said<'a>,
    /// What the person gets.
    pub benefits: Said<'a>,
    /// The language of the job's own texts.
    pub own: &'a str,
}

/// What somebody applies for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target<'a> {
    /// A job.
    Job(&'a PublicJob),
    /// No job in particular.
    AnyWork,
}

impl<'a> Target<'a> {
    /// The job's id; the nil id stands for no job.
    #[must_use]
    pub const fn id(self) -> RecordId {
        match self {
            Self::Job(public) => public.id,
            Self::AnyWork => RecordId::nil(),
        }
    }

    /// The job.
    #[must_use]
    pub const fn job(self) -> Option<&'a PublicJob> {
        match self {
            Self::Job(public) => Some(public),
            Self::AnyWork => None,
        }
    }

    /// The path of its form below the site's folder.
    #[must_use]
    pub fn form(self) -> String {
        self.job().map_or_else(|| "apply/".to_owned(), |public| format!("jobs/{}/apply/", public.slug))
    }

    /// The path of the page that follows the form.
    #[must_use]
    pub fn sent(self) -> String {
        self.job().map_or_else(|| "applied/".to_owned(), |public| format!("jobs/{}/applied/", public.slug))
    }
}

/// How far behind UTC the last place on Earth is at which a day is still going on.
const LAST_ZONE_MS: Millis = 12 * HOUR_MS;

/// The day that has not ended yet anywhere before it: a job whose deadline is earlier takes no applications.
///
/// A deadline is a calendar day without a zone, so it lasts as long as it is that day anywhere.
#[must_use]
pub fn last_open_day(now: Millis) -> String {
    zumodra_shared::kernel::time::rfc3339(now - LAST_ZONE_MS).chars().take(10).collect()
}

impl PublicJob {
    /// Openings for which people are looked for, at least one.
    #[must_use]
    pub fn positions(&self) -> i64 {
        self.job.wanted().max(1)
    }

    /// The language of its own texts; that of the workspace where it names none.
    #[must_use]
    pub fn language<'a>(&'a self, usual: &'a str) -> &'a str {
        if self.job.language.is_empty() { usual } else { &self.job.language }
    }

    /// The languages that it can be read in, its own first.
    pub fn languages<'a>(&'a self, usual: &'a str) -> impl Iterator<Item = &'a str> {
        std::iter::once(self.language(usual))
            .chain(self.translations.iter().map(|translation| translation.language.as_str()))
    }

    /// Whether it can be read in a language, or in a kind of it.
    #[must_use]
    pub fn speaks(&self, wanted: &str, usual: &str) -> bool {
        self.languages(usual).any(|there| likeness(wanted, there) > 0)
    }

    /// What it says to readers of a language. `usual` is the workspace's, for jobs that name none.
    #[must_use]
    pub fn posted<'a>(&'a self, wanted: &str, usual: &'a str) -> Posted<'a> {
        let (job, own) = (&self.job, self.language(usual));
        let mut best: (u8, Option<&JobTranslation>) = (likeness(wanted, own), None);
        for translation in &self.translations {
            let well = likeness(wanted, &translation.language);
            if well > best.0 {
                best = (well, Some(translation));
            }
        }
        let said = |own_text: &'a str, of: fn(&JobTranslation) -> &str| {
            let there = best.1.map(|translation| Said { lang: &translation.language, text: of(translation) });
            there.filter(|said| !said.text.trim().is_empty()).unwrap_or(Said { lang: own, text: own_text })
        };
        Posted {
            title: said(&job.title, |of| &of.title),
            description: said(&job.description.0, |of| &of.description.0),
            responsibilities: said(&job.responsibilities.0, |of| &of.responsibilities.0),
            requirements: said(&job.requirements.0, |of| &of.requirements.0),
            nice_to_have: said(&job.nice_to_have.0, |of| &of.nice_to_have.0),
            benefits: said(&job.benefits.0, |of| &of.benefits.0),
            own,
        }
    }

    /// Where people apply instead of by our form.
    #[must_use]
    pub fn elsewhere(&self) -> Option<&str> {
        Some(self.job.external_apply_url.as_str()).filter(|address| rules::is_secure_address(address))
    }

    /// The last day for applications.
    #[must_use]
    pub fn deadline(&self) -> Option<&str> {
        self.job.application_deadline.as_ref().map(|day| day.0.as_str()).filter(|day| !day.is_empty())
    }

    /// City, state and country, as far as they are known.
    #[must_use]
    pub fn place(&self) -> String {
        let parts = [&self.job.location_city, &self.job.location_state, &self.job.location_country];
        parts
            .into_iter()
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

#[cfg(test)]
mod tests {
    use zumodra_shared::schema::RichText;

    use super::*;

    fn told(language: &str, title: &str, requirements: &str) -> JobTranslation {
        JobTranslation {
            language: language.into(),
            title: title.into(),
            description: RichText(format!("About {title}")),
            requirements: RichText(requirements.into()),
            ..JobTranslation::default()
        }
    }

    #[test]
    fn a_job_is_read_in_the_language_that_is_wanted_and_else_in_its_own() {
        let mut public = PublicJob {
            id: RecordId::nil(),
            slug: String::new(),
            job: Job::default(),
            translations: Vec::new(),
        };
        public.job.title = "Cook".into();
        public.job.requirements = RichText("Knives".into());
        public.translations =
            vec![told("fr-CA", "Cuisine", ""), told("fr", "Cuisinière", "Couteaux"), told("fr", "Later", "")];
        let title = |wanted: &str| {
            let Said { lang, text } = public.posted(wanted, "en").title;
            format!("{lang} {text}")
        };
        for (wanted, found) in [
            ("en", "en Cook"),
            ("de", "en Cook"),
            ("", "en Cook"),
            ("fr", "fr Cuisinière"),
            ("fr-CA", "fr-CA Cuisine"),
            ("fr-BE", "fr-CA Cuisine"),
            ("FR", "fr Cuisinière"),
        ] {
            assert_eq!(title(wanted), found, "{wanted}");
        }
        // What a translation leaves out is said in the job's own language, and said to be in it.
        assert_eq!(public.posted("fr-CA", "en").requirements, Said { lang: "en", text: "Knives" });
        assert_eq!(public.posted("fr", "en").requirements, Said { lang: "fr", text: "Couteaux" });
        assert!(public.speaks("fr", "en") && public.speaks("en", "en") && !public.speaks("de", "en"));
        public.job.language = "de".into();
        assert_eq!(public.posted("en", "en").title, Said { lang: "de", text: "Cook" });
    }

    #[test]
    fn a_deadline_lasts_until_its_day_has_ended_everywhere() {
        let noon = 1_767_268_800_000; // 2026-01-01T12:00:00Z
        assert_eq!(last_open_day(noon - 1), "2025-12-31");
        assert_eq!(last_open_day(noon), "2026-01-01");
    }
}
