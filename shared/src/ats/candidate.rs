//! A candidate: a person who might be hired, as everybody in the hiring team may see them.

use serde::{Deserialize, Serialize};

use super::{Certificate, CustomValue, Education, Experience, Pool, Tag};
use crate::accounts::Member;
use crate::choice;
use crate::kernel::{Date, Id, Timestamp};
use crate::schema::{Entity, IdSet, Items, RichText, Set};

choice! {
    /// How a candidate came to us.
    pub enum CandidateSource {
        /// Wrote to us.
        Direct = "direct",
        /// Applied on the career page.
        CareerPage = "career_page",
        /// Applied on the career page for no job in particular.
        Spontaneous = "spontaneous",
        /// LinkedIn.
        Linkedin = "linkedin",
        /// Indeed.
        Indeed = "indeed",
        /// Somebody here knows them.
        Referral = "referral",
        /// An agency.
        Agency = "agency",
        /// From another system.
        Imported = "imported",
        /// Another way.
        Other = "other",
    }
}

/// A person who might be hired, without the contact data that fewer may see. Who sees a job's applications sees its
/// candidates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(
    collection = "candidates",
    code = 4,
    through = "applications",
    me = "candidate_id",
    key = "job_id",
    title = "first_name, last_name",
    wall = "is_private",
    owners = "visible_to_ids"
)]
pub struct Candidate {
    /// Given name.
    #[field(required, max = 100, search)]
    pub first_name: String,
    /// Family name.
    #[field(max = 100, search)]
    pub last_name: String,
    /// One line about the person.
    #[field(max = 200, search)]
    pub headline: String,
    /// A few lines about the person.
    #[field(max = 5000, search)]
    pub summary: RichText,
    /// Where the person works.
    #[field(max = 200, search)]
    pub current_company: String,
    /// What the person does there.
    #[field(max = 200, search)]
    pub current_title: String,
    /// Years of experience.
    #[field(min = 0, max = 80)]
    pub years_experience: Option<i64>,
    /// City.
    #[field(max = 100, search)]
    pub city: String,
    /// State or province.
    #[field(max = 100)]
    pub state: String,
    /// Country.
    #[field(max = 100)]
    pub country: String,
    /// Whether the person would move.
    pub willing_to_relocate: bool,
    /// What the person can do.
    #[field(items = 200, search)]
    pub skills: Set,
    /// Languages that the person speaks.
    pub languages: Set,
    /// Where the person works and worked.
    #[field(items = 40, search)]
    pub experience: Items<Experience>,
    /// What the person learned, and where.
    #[field(items = 20, search)]
    pub education: Items<Education>,
    /// What was certified of it.
    #[field(items = 30, search)]
    pub certificates: Items<Certificate>,
    /// How the person came to us.
    #[field(index)]
    pub source: CandidateSource,
    /// The same in words.
    #[field(max = 200)]
    pub source_detail: String,
    /// Who named the person.
    pub referred_by_id: Option<Id<Member>>,
    /// Tags.
    pub tag_ids: IdSet<Tag>,
    /// Talent pools that they are in.
    pub pool_ids: IdSet<Pool>,
    /// What is known by fields of the workspace's own.
    #[field(items = 60)]
    pub custom: Items<CustomValue>,
    /// The candidate that is the same person, where somebody found that: what belongs to this one is shown there.
    #[field(index)]
    pub merged_into_id: Option<Id<Candidate>>,
    /// Candidates that look alike and are somebody else, as somebody found.
    #[field(items = 200)]
    pub distinct_from_ids: IdSet<Candidate>,
    /// What stood in the other one before this one was merged into it, as JSON: what separating them puts back.
    #[field(max = 20_000)]
    pub before_merge: String,
    /// Whether the person agreed that we keep their data.
    pub consent_to_store: bool,
    /// When the person agreed that we keep them in mind for other jobs; none where they did not, or took it back.
    pub keep_in_mind_at: Option<Timestamp>,
    /// What they agreed to then, word by word.
    #[field(max = 500)]
    pub keep_in_mind_words: String,
    /// The day on which they agreed, or agreed again.
    pub consent_on: Option<Date>,
    /// The last day for which they agreed.
    #[field(index)]
    pub consent_until: Option<Date>,
    /// The day on which they were asked by mail whether they agree for longer, as long as they have not answered.
    #[field(server)]
    pub consent_asked_on: Option<Date>,
    /// The day on which the data has to go.
    pub data_retention_until: Option<Date>,
    /// SHA-256 of the résumé file, in hexadecimal.
    #[field(max = 64)]
    pub resume_hash: Option<String>,
    /// The résumé's file name.
    #[field(max = 200)]
    pub resume_name: String,
    /// The résumé's media type.
    #[field(max = 100)]
    pub resume_type: String,
    /// The résumé's text.
    #[field(max = 100_000, search)]
    pub resume_text: String,
    /// Only owners, admins and the people named in `visible_to_ids` see them and all that belongs to them.
    pub is_private: bool,
    /// Who sees them while they are private.
    #[field(items = 50)]
    pub visible_to_ids: IdSet<Member>,
}

impl Candidate {
    /// What the person is called; an empty text where no name is known.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}
