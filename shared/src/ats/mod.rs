//! Hiring: jobs and their pipelines, candidates, applications, notes.
//!
//! The fields are those of the reference inventory 3.3; the decisions of the product page hold where it is silent:
//! a stage is the one state of an application, and its kind decides what is legal.

pub mod activity;
pub mod advance;
mod application;
pub mod approval;
mod attachment;
pub mod availability;
mod candidate;
mod candidate_contact;
pub mod commands;
mod compensation;
pub mod custom_field;
pub mod deputies;
pub mod duplicates;
mod email;
mod interview;
mod job;
pub mod job_states;
mod job_translation;
mod mail_template;
pub mod merging;
pub mod needle;
mod note;
mod offer;
pub mod offer_states;
mod offer_template;
pub mod past;
mod pipeline;
pub mod pipeline_templates;
pub mod pool;
pub mod posting;
pub mod posting_check;
pub mod reference;
mod rejection_reason;
pub mod retention;
mod room;
pub mod rules;
mod saved_search;
mod scorecard;
mod scorecard_template;
pub mod tag;
mod working_hours;

pub use activity::{Activity, ActivityAction};
pub use application::{Answer, Application};
pub use approval::{ApprovalRule, ApprovalSubject, Chain};
pub use attachment::{Attachment, AttachmentKind};
pub use candidate::{Candidate, CandidateSource};
pub use candidate_contact::CandidateContact;
pub use compensation::{EquityKind, PaidHow, PayComponent, Total};
pub use custom_field::{CustomField, CustomFieldKind, CustomValue, MAX_CUSTOM_FIELDS};
pub use deputies::{Deputies, NO_DEPUTIES, Word};
pub use email::{Email, EmailDirection, EmailStatus};
pub use interview::{
    Booked, CHOOSE_TIME as CHOOSE_INTERVIEW_TIME, Interview, InterviewKind, InterviewStatus,
    MAX_MINUTES as MAX_INTERVIEW_MINUTES, MIN_MINUTES as MIN_INTERVIEW_MINUTES,
    TRANSITIONS as INTERVIEW_TRANSITIONS, answered as interview_answered,
    choose_time as choose_interview_time, may_go as interview_may_go, stamps as interview_stamps,
    wish as interview_wish,
};
pub use job::{
    AnswerKind, Asked, ClosedOpening, ExperienceLevel, Job, JobApproval, JobStatus, JobType,
    MAX_FILE_QUESTIONS, OpeningEnd, Question, RemotePolicy, SalaryPeriod,
};
pub use job_states::JobCommand;
pub use job_translation::{JobTranslation, is_language_tag, likeness};
pub use mail_template::{MailTemplate, STANDARD_MAILS, StandardMail};
pub use note::Note;
pub use offer::{Approval, Offer, OfferStatus, stage_of};
pub use offer_states::{MAX_NAME_CHARS as MAX_OFFER_NAME_CHARS, OfferCommand};
pub use offer_template::OfferTemplate;
pub use past::{Certificate, Education, Experience};
pub use pipeline::{Pipeline, Stage, StageAdvance, StageKind};
pub use pool::{MAX_POOLS, Pool};
pub use reference::{RefereeRelation, Reference, ReferenceStatus};
pub use rejection_reason::{MAX_REASONS, ReasonEnd, RejectionReason, STANDARD_REASONS, StandardReason};
pub use room::{Room, whereabouts};
pub use saved_search::SavedSearch;
pub use scorecard::{Grade, Graded, Recommendation, Scorecard};
pub use scorecard_template::{Attribute, ScorecardTemplate};
pub use tag::Tag;
pub use working_hours::{Holiday, WorkingHours, WorkingTime};
