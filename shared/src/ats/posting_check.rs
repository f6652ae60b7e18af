//! What is worth another look before a job goes out, in each language that it is posted in: the same that the window says
//! as somebody writes (`ui/src/ats/jobs/check.ts`), for whoever publishes by a program. It is help, and refuses nothing.

use super::posting::{
    AI_WORDS, CHOOSING, JURISDICTIONS, Jurisdiction, LOCAL_EXPERIENCE, Need, PAY_HISTORY, WORDS, Word,
};
use super::{Job, JobTranslation};

/// The short forms of a machine that takes part, told from other words by their capitals.
const AI_SHORT: [&str; 2] = ["AI", "IA"];

/// What is worth another look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// A word that is pointed out.
    Wording(&'static Word),
    /// Something that a place asks for and that is not so, with the law that asks for it.
    Law(&'static Jurisdiction, Need, &'static str),
}

/// Something worth another look, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// In which language's text; empty for the job's own where it names none.
    pub language: String,
    /// At which field.
    pub field: &'static str,
    /// What stands there; empty for what does not.
    pub text: String,
    /// What it is.
    pub advice: Advice,
}

impl Warning {
    /// What it is, in a sentence in English.
    #[must_use]
    pub fn message(&self) -> String {
        match self.advice {
            Advice::Wording(word) => {
                let instead = match word.instead {
                    "" => "It is best left out.".to_owned(),
                    instead => format!("Say “{instead}” instead."),
                };
                let why = match word.concern {
                    super::posting::Concern::Gender => "is read as meant for men, or for women",
                    super::posting::Concern::Age => "is read as meant for people of some age",
                    super::posting::Concern::Exclusion => {
                        "keeps people out for what has nothing to do with the work"
                    }
                };
                format!("“{}” {why}. {instead}", self.text)
            }
            Advice::Law(place, need, law) => {
                let asks = match need {
                    Need::PayRange => "a posting shows the pay, from and to",
                    Need::AiStatement => {
                        "a posting says whether artificial intelligence takes part in choosing people"
                    }
                    Need::NoPayHistory => "nobody is asked what they earned before",
                    Need::NoLocalExperience => "a posting does not ask for experience in the country",
                };
                format!("In {}, {asks} ({law}).", place.name.en)
            }
        }
    }
}

/// What is worth another look in a job and in what it says in further languages.
#[must_use]
pub fn check(job: &Job, translations: &[JobTranslation]) -> Vec<Warning> {
    let own = [
        ("title", job.title.as_str()),
        ("description", job.description.0.as_str()),
        ("responsibilities", job.responsibilities.0.as_str()),
        ("requirements", job.requirements.0.as_str()),
        ("nice_to_have", job.nice_to_have.0.as_str()),
        ("benefits", job.benefits.0.as_str()),
        ("education_requirements", job.education_requirements.as_str()),
    ];
    let mut found = one(job, &job.language, &own);
    for told in translations {
        let texts = [
            ("title", told.title.as_str()),
            ("description", told.description.0.as_str()),
            ("responsibilities", told.responsibilities.0.as_str()),
            ("requirements", told.requirements.0.as_str()),
            ("nice_to_have", told.nice_to_have.0.as_str()),
            ("benefits", told.benefits.0.as_str()),
        ];
        found.extend(one(job, &told.language, &texts));
    }
    found
}

fn one(job: &Job, language: &str, texts: &[(&'static str, &str)]) -> Vec<Warning> {
    let warning = |field, text: &str, advice| Warning {
        language: language.to_owned(),
        field,
        text: text.to_owned(),
        advice,
    };
    let mut found = Vec::new();
    // Who is looked for inside the company is not advertised to.
    for place in places(job).filter(|_| !job.is_internal_only) {
        for (need, law) in place.needs {
            if let Some(field) = unmet(*need, job, texts) {
                found.push(warning(field, "", Advice::Law(place, *need, law)));
            }
        }
    }
    for (field, text) in texts {
        for word in WORDS {
            if let Some(said) = find(text, word.said) {
                found.push(warning(field, &said, Advice::Wording(word)));
            }
        }
    }
    found
}

/// The places whose rules hold for a job.
fn places(job: &Job) -> impl Iterator<Item = &'static Jurisdiction> {
    let plain = |text: &str| text.trim().to_lowercase();
    let (country, region) = (plain(&job.location_country), plain(&job.location_state));
    JURISDICTIONS.iter().filter(move |place| {
        place.countries.contains(&country.as_str())
            && (place.regions.is_empty() || place.regions.contains(&region.as_str()))
    })
}

/// The field at which something that is needed is not so.
fn unmet(need: Need, job: &Job, texts: &[(&'static str, &str)]) -> Option<&'static str> {
    let asks = |phrases: &[&str]| {
        let has = |text: &str| phrases.iter().any(|phrase| find(text, phrase).is_some());
        let in_texts = texts.iter().find(|(_, text)| has(text)).map(|(field, _)| *field);
        let in_questions = || job.questions.0.iter().any(|question| has(&question.item.label));
        in_texts.or_else(|| in_questions().then_some("questions"))
    };
    match need {
        Need::PayRange => {
            let is_told = job.show_salary && job.salary_min.is_some() && job.salary_max.is_some();
            (!is_told).then_some("salary_min")
        }
        Need::AiStatement => {
            let mut sentences = texts.iter().flat_map(|(_, text)| text.split(['.', '!', '?', '\n']));
            let says = |sentence: &str| {
                is_about_ai(sentence) && CHOOSING.iter().any(|word| find(sentence, word).is_some())
            };
            (!sentences.any(says)).then_some("description")
        }
        Need::NoPayHistory => asks(PAY_HISTORY),
        Need::NoLocalExperience => asks(LOCAL_EXPERIENCE),
    }
}

fn is_about_ai(sentence: &str) -> bool {
    let mut words = sentence.split(|c: char| !c.is_alphanumeric());
    AI_WORDS.iter().any(|word| find(sentence, word).is_some()) || words.any(|word| AI_SHORT.contains(&word))
}

/// Finds a word or phrase as a whole, whatever its case; a `*` at its end stands for any ending. Gives it as it stands.
fn find(text: &str, said: &str) -> Option<String> {
    let (core, is_open) = match said.strip_suffix('*') {
        Some(core) => (core, true),
        None => (said, false),
    };
    let (text, core): (Vec<char>, Vec<char>) = (text.chars().collect(), core.chars().collect());
    let is_word = |at: usize| text.get(at).is_some_and(|c| c.is_alphanumeric());
    (0..text.len()).filter(|at| *at == 0 || !is_word(at - 1)).find_map(|at| {
        let mut end = matched(&text, at, &core)?;
        while is_open && text.get(end).is_some_and(|c| c.is_alphabetic()) {
            end += 1;
        }
        (!is_word(end)).then(|| text[at..end].iter().collect())
    })
}

/// Where a phrase ends that begins at a place; a space in it stands for any number of them.
fn matched(text: &[char], at: usize, core: &[char]) -> Option<usize> {
    let mut end = at;
    for wanted in core {
        let here = *text.get(end)?;
        if wanted.is_whitespace() {
            if !here.is_whitespace() {
                return None;
            }
            while text.get(end).is_some_and(|c| c.is_whitespace()) {
                end += 1;
            }
        } else if here == *wanted || here.to_lowercase().eq(wanted.to_lowercase()) {
            end += 1;
        } else {
            return None;
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::RichText;

    fn ontario() -> Job {
        Job {
            title: "Cook".into(),
            location_country: " Canada".into(),
            location_state: "ON".into(),
            ..Job::default()
        }
    }

    fn needs(job: &Job, translations: &[JobTranslation]) -> Vec<String> {
        let found = check(job, translations).into_iter().filter_map(|warning| match warning.advice {
            Advice::Law(place, need, _) => {
                Some(format!("{} {} {}", warning.language, place.name.en, need.name()))
            }
            Advice::Wording(_) => None,
        });
        found.collect()
    }

    #[test]
    fn words_are_found_alone_in_whatever_case_and_never_within_another() {
        for word in WORDS {
            let plain = word.said.trim_end_matches('*');
            let upper = plain.to_uppercase();
            assert_eq!(find(&format!("We want a {upper}."), word.said), Some(upper), "{}", word.said);
            assert_eq!(find(&format!("un{plain}"), word.said), None, "{}", word.said);
        }
        assert_eq!(find("two rock  stars", "rock star*").as_deref(), Some("rock  stars"));
        assert_eq!(find("gurudom", "guru"), None);
        assert_eq!(find("Ninja7", "ninja*"), None);
        assert_eq!(find("", "guru"), None);
    }

    #[test]
    fn what_a_place_asks_for_is_said_until_it_is_so() {
        let mut job = ontario();
        assert_eq!(needs(&job, &[]), [" Ontario pay_range", " Ontario ai_statement"]);
        (job.show_salary, job.salary_min, job.salary_max) = (true, Some(1), Some(2));
        assert_eq!(needs(&job, &[]), [" Ontario ai_statement"]);
        job.description = RichText("You build AI. You select tools.".into());
        assert_eq!(needs(&job, &[]), [" Ontario ai_statement"], "about the work");
        job.description = RichText("We said so. We use AI to sort applications.".into());
        assert_eq!(needs(&job, &[]), [""; 0]);
        job.requirements = RichText("Canadian experience".into());
        assert_eq!(needs(&job, &[]), [" Ontario no_local_experience"]);
        job.is_internal_only = true;
        assert_eq!(needs(&job, &[]), [""; 0]);
    }

    #[test]
    fn each_language_is_looked_at_by_itself() {
        let mut job = ontario();
        job.language = "en".into();
        (job.show_salary, job.salary_min, job.salary_max) = (true, Some(1), Some(2));
        job.description = RichText("Artificial intelligence takes no part in hiring.".into());
        let mut told = JobTranslation {
            language: "fr".into(),
            title: "Cuisine".into(),
            description: RichText("Jeune et dynamique.".into()),
            ..JobTranslation::default()
        };
        assert_eq!(needs(&job, std::slice::from_ref(&told)), ["fr Ontario ai_statement"]);
        let warnings = check(&job, std::slice::from_ref(&told));
        let word = warnings.iter().find(|found| matches!(found.advice, Advice::Wording(_))).expect("a word");
        assert_eq!((word.language.as_str(), word.field), ("fr", "description"));
        assert!(word.message().starts_with("“Jeune et dynamique” is read as meant for people of some age."));
        told.description = RichText("L’IA ne prend pas part à la sélection.".into());
        assert_eq!(needs(&job, std::slice::from_ref(&told)), [""; 0]);
    }
}
