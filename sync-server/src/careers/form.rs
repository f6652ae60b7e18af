//! The application form of a job: its fields, what was typed into them, and what is wrong with it.

use serde::{Deserialize, Serialize};
use zumodra_shared::ats::{AnswerKind, MAX_FILE_QUESTIONS, Question};
use zumodra_shared::kernel::RecordId;

use super::fields::{Field, Kind, MAX_NUMBER_CHARS, options};
use super::job::{PublicJob, Target};
use super::site::Site;
use super::standard::{self, Answered};
use super::token::Resume;
use super::upload::Sent;
use super::words::{Language, Words, fill};

/// The e-mail address's field.
pub const EMAIL: &str = "email";
/// The file's field.
pub const RESUME: &str = "resume";
/// The field that carries a résumé that was taken already.
pub const KEPT_RESUME: &str = "resume_kept";
/// The field that carries the form's token.
pub const TOKEN: &str = "token";
/// The field that carries the proof of work.
pub const PROOF: &str = "proof";
/// The field that says since when somebody waits instead.
pub const PATIENCE: &str = "patience";
/// The field that no person sees, and that programs fill in.
pub const HONEYPOT: &str = "fax_number";
/// The button that has the résumé read instead of sending the form.
pub const READ: &str = "read_resume";
/// The field that says which text somebody agreed to.
pub const AGREED: &str = "agreed";
/// The box that is ticked.
const CONSENT: &str = "consent";
/// The box that may be ticked.
const KEEP_IN_MIND: &str = "keep_in_mind";
/// What the name of the field begins with that carries a document which was taken already.
const KEPT: &str = "kept_";
/// Digits of what tells one text from another.
const MARK_DIGITS: usize = 16;
/// What a ticked box sends.
const TICKED: &str = "yes";
/// Characters of a question's short and long answer.
const MAX_SHORT_CHARS: usize = 300;
const MAX_LONG_CHARS: usize = 5_000;
/// Characters of the declared fields that the form fills.
const MAX_NAME_CHARS: usize = 100;
const MAX_EMAIL_CHARS: usize = 254;
const MAX_PHONE_CHARS: usize = 30;
/// See [`MAX_NAME_CHARS`].
pub const MAX_URL_CHARS: usize = 300;
const MAX_COVER_LETTER_CHARS: usize = 10_000;
const MAX_HEADLINE_CHARS: usize = 200;
const MAX_SUMMARY_CHARS: usize = 5_000;

/// A document that was taken, beside the résumé.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The question's field.
    pub field: String,
    /// The file.
    pub file: Resume,
    /// The text that carries it.
    pub sealed: String,
}

impl Document {
    /// The field that carries it.
    #[must_use]
    pub fn kept(&self) -> String {
        kept_field(&self.field)
    }
}

/// The field that carries a file of another field which was taken already.
#[must_use]
pub fn kept_field(field: &str) -> String {
    if field == RESUME { KEPT_RESUME.to_owned() } else { format!("{KEPT}{field}") }
}

/// Whether a field of this name may have a file.
#[must_use]
pub fn may_have_file(name: &str) -> bool {
    name == RESUME || name.starts_with(QUESTION)
}

/// Fields under one title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The title.
    pub title: &'static str,
    /// The fields.
    pub fields: Vec<Field>,
}

/// The form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its fields.
    pub sections: Vec<Section>,
    /// What is wrong with the form as a whole, or an empty text.
    pub message: &'static str,
    /// What became of reading the résumé, or an empty text.
    pub note: String,
    /// The form's token.
    pub token: String,
    /// The résumé that was taken, and the text that carries it.
    pub resume: Option<(Resume, String)>,
    /// The other documents that were taken.
    pub documents: Vec<Document>,
    /// Bits of work that the form has to prove; 0 for none.
    pub proof_bits: u32,
    /// Since when somebody waits, or an empty text.
    pub patience: String,
    /// Which text somebody agrees to: of its content.
    pub agreed: String,
    /// Whether that is a text of the workspace's own.
    is_own_consent: bool,
}

/// What those who apply agree to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consent {
    /// The sentence at the box that is ticked.
    pub text: String,
    /// What is said below it.
    pub hint: String,
    /// Whether the workspace wrote it.
    pub is_own: bool,
    /// What the workspace is called.
    pub company: String,
    /// For how many months after their last application people are kept; 0 for no period.
    pub kept_months: i32,
}

impl Consent {
    /// What is agreed to on a site: the text of the workspace's own in the reader's language, else the product's.
    #[must_use]
    pub fn of(site: &Site) -> Self {
        let words = site.words();
        let own = site.content.content.consent.own(site.language);
        let text = if own.is_empty() { fill(words.consent, &[&site.tenant.name]) } else { own.to_owned() };
        let kept = match site.tenant.settings.retention_months {
            ..=0 => String::new(),
            1 => format!(" {}", words.consent_month),
            months => format!(" {}", fill(words.consent_months, &[&months.to_string()])),
        };
        Self {
            text,
            hint: format!("{}{kept}", words.consent_hint),
            is_own: !own.is_empty(),
            company: site.tenant.name.clone(),
            kept_months: site.tenant.settings.retention_months,
        }
    }

    /// What tells this text from every other.
    fn mark(&self) -> String {
        blake3::hash(self.text.as_bytes()).to_hex()[..MARK_DIGITS].to_owned()
    }
}

/// What was typed, as it is kept until it becomes records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The language of the page.
    pub language: String,
    /// What led here, or an empty text.
    pub source: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// Telephone number.
    pub phone: String,
    /// Address on LinkedIn.
    pub linkedin_url: String,
    /// Another address.
    pub website_url: String,
    /// The letter.
    pub cover_letter: String,
    /// What the person does, in a line.
    pub headline: String,
    /// What the person does and looks for.
    pub summary: String,
    /// The questions with their answers.
    pub answers: Vec<TypedAnswer>,
    /// What was agreed to, word by word.
    pub consent: String,
    /// That they are kept in mind for other jobs, word by word; empty where they did not agree to that.
    pub keep_in_mind: String,
    /// What they said to the questions that every job may ask.
    #[serde(flatten)]
    pub standard: Answered,
    /// The documents that questions asked for.
    pub documents: Vec<TypedDocument>,
    /// The name of the résumé's file.
    pub resume_name: String,
    /// The type of the résumé's file.
    pub resume_type: String,
    /// The ids of the records that this becomes: trying again makes the same ones.
    pub candidate_id: RecordId,
    /// See `candidate_id`.
    pub contact_id: RecordId,
    /// See `candidate_id`.
    pub application_id: RecordId,
}

/// A question with its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedAnswer {
    /// As it was asked.
    pub question: String,
    /// As it was answered.
    pub answer: String,
    /// Whether it rules the person out by what the job said then.
    pub knocks_out: bool,
}

/// A document that a question asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedDocument {
    /// As it was asked.
    pub question: String,
    /// The file's name.
    pub name: String,
    /// SHA-256 of the file.
    pub hash: String,
    /// Its media type.
    pub media_type: String,
    /// The id of the record that this becomes.
    pub id: RecordId,
}

impl Form {
    /// The empty form, with what is agreed to by it.
    #[must_use]
    pub fn blank(target: Target<'_>, agreed: &Consent, language: Language) -> Self {
        let words = language.words();
        let mut sections =
            vec![Section { title: words.your_resume, fields: vec![resume(target.job(), words)] }];
        sections.push(Section { title: words.you, fields: person(words) });
        if target == Target::AnyWork {
            sections.push(Section { title: words.wish, fields: wish(words) });
        }
        sections.push(Section { title: words.links, fields: standard::links(target, words) });
        sections.push(Section { title: words.practical, fields: standard::practical(target, language) });
        sections.push(Section { title: words.questions, fields: questions(target, words) });
        sections.retain(|section| !section.fields.is_empty());
        if let Some(public) = target.job() {
            sections.push(Section { title: words.letter, fields: vec![cover_letter(public, words)] });
        }
        let consent = Field::new(CONSENT, &agreed.text, Kind::Check, MAX_SHORT_CHARS);
        let consent = consent.required(true).hint(&agreed.hint);
        let in_mind = keep_in_mind(&agreed.company, agreed.kept_months, words);
        sections.push(Section { title: words.consent_title, fields: vec![consent, in_mind] });
        Self {
            sections,
            message: "",
            note: String::new(),
            token: String::new(),
            resume: None,
            documents: Vec::new(),
            proof_bits: 0,
            patience: String::new(),
            agreed: agreed.mark(),
            is_own_consent: agreed.is_own,
        }
    }

    /// Every field.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        self.sections.iter_mut().flat_map(|section| &mut section.fields)
    }

    /// The field of this name.
    pub fn field_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.fields_mut().find(|field| field.name == name)
    }

    /// The fields that something is wrong with.
    #[must_use]
    pub fn wrong(&self) -> Vec<&Field> {
        self.fields().filter(|field| !field.error.is_empty()).collect()
    }

    /// Whether anything is wrong.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        !self.message.is_empty() || self.fields().any(|field| !field.error.is_empty())
    }

    /// The name of a file that was taken for a field.
    fn file_name(&self, field: &str) -> Option<String> {
        if field == RESUME {
            return self.resume.as_ref().map(|(resume, _)| resume.name.clone());
        }
        let found = self.documents.iter().find(|document| document.field == field)?;
        Some(found.file.name.clone())
    }

    /// Keeps a file that was taken for a field, instead of the one before.
    pub fn keep_file(&mut self, field: &str, file: Resume, sealed: String) {
        if field == RESUME {
            self.resume = Some((file, sealed));
            return;
        }
        self.documents.retain(|document| document.field != field);
        self.documents.push(Document { field: field.to_owned(), file, sealed });
    }

    /// The names of the fields that files are asked for in.
    #[must_use]
    pub fn file_fields(&self) -> Vec<String> {
        self.fields().filter(|field| field.is_file()).map(|field| field.name.clone()).collect()
    }

    /// Takes what was sent. The files were taken before.
    pub fn take(&mut self, sent: &Sent) {
        let files: Vec<(String, String)> = self
            .file_fields()
            .into_iter()
            .map(|name| {
                let file = self.file_name(&name).unwrap_or_default();
                (name, file)
            })
            .collect();
        for field in self.fields_mut() {
            if let Some((_, file)) = files.iter().find(|(name, _)| *name == field.name) {
                field.value.clone_from(file);
            } else if field.is_several() {
                field.take(&sent.all(&field.name).join("\n"));
            } else {
                field.take(sent.text(&field.name));
            }
        }
        // Nobody agreed to a text that they did not read.
        if self.is_another_text(sent.text(AGREED))
            && let Some(consent) = self.field_mut(CONSENT)
        {
            consent.value.clear();
        }
    }

    /// Takes what was sent, and says at each field what is wrong with it. The files were taken before.
    pub fn fill(&mut self, sent: &Sent, words: &Words) {
        self.take(sent);
        for field in self.fields_mut() {
            // What is wrong with the file itself was said already.
            if field.error.is_empty() {
                field.error = if sent.unreadable.contains(&field.name) {
                    words.error_unreadable.to_owned()
                } else {
                    field.complaint(words).unwrap_or_default()
                };
            }
        }
        let was_ticked = !sent.text(CONSENT).is_empty();
        if was_ticked
            && self.is_another_text(sent.text(AGREED))
            && let Some(consent) = self.field_mut(CONSENT)
        {
            words.consent_changed.clone_into(&mut consent.error);
        }
    }

    /// Whether the text that somebody read is not the one to agree to. A form without a mark was opened before there was a
    /// text of the workspace's own.
    fn is_another_text(&self, mark: &str) -> bool {
        mark != self.agreed && (!mark.is_empty() || self.is_own_consent)
    }

    /// What stands in the field of this name.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        self.fields().find(|field| field.name == name).map(|field| field.value.clone()).unwrap_or_default()
    }

    /// The e-mail address as it was typed.
    #[must_use]
    pub fn email(&self) -> String {
        self.text(EMAIL)
    }

    /// What was typed. The ids are the caller's to give. Answers are in the language of the workspace.
    #[must_use]
    pub fn typed(&self, target: Target<'_>, page: Language, workspace: Language) -> Typed {
        let asked: Vec<_> = target.job().into_iter().flat_map(|public| &public.job.questions.0).collect();
        let knocks_out = |field: &Field| {
            let id = field.name.strip_prefix(QUESTION).unwrap_or_default();
            let question = asked.iter().find(|question| question.id == id);
            question.is_some_and(|question| question.item.knocks_out(&field.sent()))
        };
        let questions = self.fields().filter(|field| field.name.starts_with(QUESTION));
        let answers = questions.filter(|field| !field.value.is_empty());
        let resume = self.resume.as_ref().map(|(resume, _)| resume);
        Typed {
            language: page.tag().to_owned(),
            first_name: self.text("first_name"),
            last_name: self.text("last_name"),
            email: self.email(),
            phone: self.text("phone"),
            linkedin_url: self.text("linkedin_url"),
            website_url: self.text("website_url"),
            cover_letter: self.text("cover_letter"),
            headline: self.text("headline"),
            summary: self.text("summary"),
            answers: answers
                .map(|field| TypedAnswer {
                    question: field.label.clone(),
                    answer: field.answer(workspace),
                    knocks_out: knocks_out(field),
                })
                .collect(),
            consent: self.agreed(CONSENT),
            keep_in_mind: self.agreed(KEEP_IN_MIND),
            documents: self.typed_documents(),
            resume_name: resume.map(|resume| resume.name.clone()).unwrap_or_default(),
            resume_type: resume.map(|resume| resume.kind.media_type().to_owned()).unwrap_or_default(),
            ..Typed::default()
        }
    }

    fn label(&self, name: &str) -> String {
        self.fields().find(|field| field.name == name).map(|field| field.label.clone()).unwrap_or_default()
    }

    /// Whether the box was ticked without which nothing is kept.
    #[must_use]
    pub fn is_agreed_to(&self) -> bool {
        !self.text(CONSENT).is_empty()
    }

    /// The words of a box that was ticked.
    fn agreed(&self, name: &str) -> String {
        if self.text(name).is_empty() { String::new() } else { self.label(name) }
    }

    fn typed_documents(&self) -> Vec<TypedDocument> {
        let typed = |document: &Document| TypedDocument {
            question: self.label(&document.field),
            name: document.file.name.clone(),
            hash: document.file.hash.clone(),
            media_type: document.file.kind.media_type().to_owned(),
            id: RecordId::nil(),
        };
        self.documents.iter().map(typed).collect()
    }
}

/// What the name of a question's field begins with.
const QUESTION: &str = "question_";

fn person(words: &Words) -> Vec<Field> {
    vec![
        Field::new("first_name", words.first_name, Kind::Line("given-name"), MAX_NAME_CHARS).required(true),
        Field::new("last_name", words.last_name, Kind::Line("family-name"), MAX_NAME_CHARS),
        Field::new(EMAIL, words.email, Kind::Email, MAX_EMAIL_CHARS).required(true).hint(words.email_hint),
        Field::new("phone", words.phone, Kind::Phone, MAX_PHONE_CHARS),
    ]
}

/// What somebody who applies for no job in particular says instead.
fn wish(words: &Words) -> Vec<Field> {
    let summary = Field::new("summary", words.summary, Kind::Area, MAX_SUMMARY_CHARS);
    vec![
        Field::new("headline", words.headline, Kind::Line("organization-title"), MAX_HEADLINE_CHARS),
        summary.required(true).hint(words.summary_hint),
    ]
}

fn resume(public: Option<&PublicJob>, words: &Words) -> Field {
    let is_needed = public.is_some_and(|public| public.job.require_resume);
    Field::new(RESUME, words.resume, Kind::File, MAX_URL_CHARS).required(is_needed).hint(words.resume_hint)
}

fn cover_letter(public: &PublicJob, words: &Words) -> Field {
    let letter = Field::new("cover_letter", words.cover_letter, Kind::Area, MAX_COVER_LETTER_CHARS);
    letter.required(public.job.require_cover_letter).hint(words.cover_letter_hint)
}

/// The box that lets the workspace think of somebody for other jobs. It is empty, and nothing depends on it.
fn keep_in_mind(company: &str, kept_months: i32, words: &Words) -> Field {
    let hint = if kept_months > 0 {
        fill(words.keep_in_mind_months, &[&kept_months.to_string()])
    } else {
        words.keep_in_mind_hint.to_owned()
    };
    let label = fill(words.keep_in_mind, &[company]);
    Field::new(KEEP_IN_MIND, &label, Kind::Check, MAX_SHORT_CHARS).hint(&hint)
}

/// The questions of a job. Of those that want a file only the first are asked.
fn questions(target: Target<'_>, words: &Words) -> Vec<Field> {
    let asked = target.job().into_iter().flat_map(|public| &public.job.questions.0).enumerate();
    let mut files = 0;
    let mut fields: Vec<Field> =
        asked.map(|(at, asked)| question(at, &asked.id, &asked.item, words)).collect();
    fields.retain(|field| {
        files += usize::from(field.is_file());
        !field.is_file() || files <= MAX_FILE_QUESTIONS
    });
    fields
}

fn question(at: usize, id: &str, question: &Question, words: &Words) -> Field {
    let (kind, max, hint) = match question.answer {
        AnswerKind::ShortText => (Kind::Line("off"), MAX_SHORT_CHARS, ""),
        // A kind of a newer version is at least answered in words.
        AnswerKind::LongText | AnswerKind::Unknown => (Kind::Area, MAX_LONG_CHARS, ""),
        AnswerKind::Number => (Kind::Number, MAX_NUMBER_CHARS, ""),
        AnswerKind::YesNo => (Kind::YesNo, MAX_SHORT_CHARS, ""),
        AnswerKind::Choice => (Kind::Choice(options(&question.options)), MAX_LONG_CHARS, ""),
        AnswerKind::Date => (Kind::Date, MAX_SHORT_CHARS, words.date_hint),
        AnswerKind::Several => {
            (Kind::Several(options(&question.options)), MAX_LONG_CHARS, words.several_hint)
        }
        AnswerKind::File => (Kind::Document, MAX_SHORT_CHARS, words.document_hint),
    };
    let mut field = Field::new(&format!("{QUESTION}{id}"), &question.label, kind, max);
    // An item's id may hold what an id in a page must not.
    field.id = format!("question-{}", at + 1);
    field.required(question.required).hint(hint)
}

/// What a ticked box sends.
#[must_use]
pub const fn ticked() -> &'static str {
    TICKED
}
