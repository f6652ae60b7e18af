//! A job as the public may see it, and until when it takes applications.

use zumodra_shared::ats::Job;
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
    /// Openings, at least one.
    #[must_use]
    pub const fn positions(&self) -> i64 {
        if self.job.positions_count > 1 { self.job.positions_count } else { 1 }
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
    use super::*;

    #[test]
    fn a_deadline_lasts_until_its_day_has_ended_everywhere() {
        let noon = 1_767_268_800_000; // 2026-01-01T12:00:00Z
        assert_eq!(last_open_day(noon - 1), "2025-12-31");
        assert_eq!(last_open_day(noon), "2026-01-01");
    }
}
