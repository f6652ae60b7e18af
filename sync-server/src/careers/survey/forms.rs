//! What is asked, by jurisdiction. Names are for ever: counts are kept by them.
//!
//! The United States: the categories of the EEO-1 report, protected veterans (41 CFR 60-300), and the choices of form
//! CC-305. Canada: the four groups of the Employment Equity Act.

use crate::careers::words::Language;

/// A text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    en: &'static str,
    fr: &'static str,
}

impl Text {
    /// The text in a language.
    #[must_use]
    pub const fn of(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Fr => self.fr,
        }
    }
}

const fn text(en: &'static str, fr: &'static str) -> Text {
    Text { en, fr }
}

/// No text.
const NONE: Text = text("", "");

/// An answer that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// By which it is kept.
    pub name: &'static str,
    /// What it says.
    pub text: Text,
    /// Who is meant; empty where that is plain.
    pub hint: Text,
}

const fn choice(name: &'static str, en: &'static str, fr: &'static str) -> Choice {
    Choice { name, text: text(en, fr), hint: NONE }
}

const fn meant(name: &'static str, text: Text, hint: Text) -> Choice {
    Choice { name, text, hint }
}

const YES: Choice = choice("yes", "Yes", "Oui");
const NO: Choice = choice("no", "No", "Non");
/// The last choice of every question.
const DECLINE: Choice = choice("decline", "I do not wish to answer", "Je ne souhaite pas répondre");

/// A question. At most one answer is chosen, and none is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// By which it is kept.
    pub name: &'static str,
    /// What is asked.
    pub text: Text,
    /// What is meant by it; empty where that is plain.
    pub hint: Text,
    /// What can be answered: three at least, so that a count that is not shown cannot be told from the others.
    pub choices: &'static [Choice],
}

/// The form of a jurisdiction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// By which it is chosen.
    pub name: &'static str,
    /// What is asked.
    pub questions: &'static [Question],
}

impl Form {
    /// The form of a name; none for a workspace that asks nothing.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMS.iter().find(|form| form.name == name)
    }
}

const GENDER: Question = Question {
    name: "gender",
    text: text("What is your gender?", "Quel est votre genre ?"),
    hint: NONE,
    choices: &[
        choice("woman", "Woman", "Femme"),
        choice("man", "Man", "Homme"),
        choice("another", "Non-binary, or another gender", "Non binaire, ou autre genre"),
        DECLINE,
    ],
};

const ETHNICITY: Question = Question {
    name: "ethnicity",
    text: text("What is your race or ethnicity?", "Quelle est votre origine ethnique ?"),
    hint: text(
        "These are the categories of the EEO-1 report of the United States.",
        "Ce sont les catégories du rapport EEO-1 des États-Unis.",
    ),
    choices: &[
        meant(
            "hispanic",
            text("Hispanic or Latino", "Hispanique ou Latino"),
            text(
                "Of Cuban, Mexican, Puerto Rican, South or Central American, or other Spanish culture or origin, regardless of race.",
                "De culture ou d'origine cubaine, mexicaine, portoricaine, sud-américaine ou centraméricaine, ou d'une autre culture espagnole, quelle que soit la race.",
            ),
        ),
        meant(
            "white",
            text("White", "Blanc"),
            text(
                "Not Hispanic or Latino. With origins in any of the original peoples of Europe, the Middle East or North Africa.",
                "Non hispanique ni latino. Originaire d'Europe, du Moyen-Orient ou d'Afrique du Nord.",
            ),
        ),
        meant(
            "black",
            text("Black or African American", "Noir ou Afro-Américain"),
            text(
                "Not Hispanic or Latino. With origins in any of the Black racial groups of Africa.",
                "Non hispanique ni latino. Originaire d'un des groupes noirs d'Afrique.",
            ),
        ),
        meant(
            "pacific",
            text(
                "Native Hawaiian or Other Pacific Islander",
                "Autochtone d'Hawaï ou d'une autre île du Pacifique",
            ),
            text(
                "Not Hispanic or Latino. With origins in any of the peoples of Hawaii, Guam, Samoa or other Pacific Islands.",
                "Non hispanique ni latino. Originaire d'Hawaï, de Guam, des Samoa ou d'une autre île du Pacifique.",
            ),
        ),
        meant(
            "asian",
            text("Asian", "Asiatique"),
            text(
                "Not Hispanic or Latino. With origins in any of the original peoples of the Far East, Southeast Asia or the Indian Subcontinent.",
                "Non hispanique ni latino. Originaire d'Extrême-Orient, d'Asie du Sud-Est ou du sous-continent indien.",
            ),
        ),
        meant(
            "native",
            text("American Indian or Alaska Native", "Amérindien ou autochtone d'Alaska"),
            text(
                "Not Hispanic or Latino. With origins in any of the original peoples of North and South America, and with tribal affiliation or community attachment.",
                "Non hispanique ni latino. Originaire des premiers peuples d'Amérique du Nord ou du Sud, et lié à une tribu ou à une communauté.",
            ),
        ),
        meant(
            "two_or_more",
            text("Two or More Races", "Deux races ou plus"),
            text(
                "Not Hispanic or Latino. With more than one of the above.",
                "Non hispanique ni latino. Plus d'une des catégories ci-dessus.",
            ),
        ),
        DECLINE,
    ],
};

const VETERAN: Question = Question {
    name: "veteran",
    text: text("Are you a protected veteran?", "Êtes-vous un ancien combattant protégé ?"),
    hint: text(
        "A disabled veteran, a veteran who was released in the last three years, one who served in active duty in a war or a campaign with a badge, or one with an Armed Forces service medal.",
        "Un ancien combattant handicapé, libéré au cours des trois dernières années, ayant servi en temps de guerre ou dans une campagne donnant droit à un insigne, ou décoré de la médaille de service des forces armées.",
    ),
    choices: &[
        choice(
            "protected",
            "I identify as one or more of these protected veterans",
            "J'appartiens à une ou plusieurs de ces catégories",
        ),
        choice(
            "not_protected",
            "I am not a protected veteran",
            "Je ne suis pas un ancien combattant protégé",
        ),
        DECLINE,
    ],
};

const DISABILITY_US: Question = Question {
    name: "disability",
    text: text(
        "Do you have a disability, or have you had one in the past?",
        "Avez-vous un handicap, ou en avez-vous eu un par le passé ?",
    ),
    hint: text(
        "A disability is a condition that substantially limits one or more major life activities. If you have or have ever had such a condition, you are a person with a disability.",
        "Un handicap est un état qui limite de façon importante une ou plusieurs des grandes activités de la vie. Si c'est ou si cela a été votre cas, vous êtes une personne handicapée.",
    ),
    choices: &[
        choice(
            "yes",
            "Yes, I have a disability, or have had one in the past",
            "Oui, j'ai un handicap, ou j'en ai eu un par le passé",
        ),
        choice(
            "no",
            "No, I do not have a disability and have not had one in the past",
            "Non, je n'ai pas de handicap et n'en ai pas eu par le passé",
        ),
        choice("decline", "I do not want to answer", "Je ne veux pas répondre"),
    ],
};

const INDIGENOUS: Question = Question {
    name: "indigenous",
    text: text("Are you an Indigenous person?", "Êtes-vous une personne autochtone ?"),
    hint: text(
        "First Nations (status or non-status), Métis or Inuit.",
        "Premières Nations (inscrites ou non), Métis ou Inuit.",
    ),
    choices: &[YES, NO, DECLINE],
};

const DISABILITY_CA: Question = Question {
    name: "disability",
    text: text("Are you a person with a disability?", "Êtes-vous une personne en situation de handicap ?"),
    hint: text(
        "A long-term or recurring physical, mental, sensory, psychiatric or learning impairment, by which you consider yourself to be disadvantaged in employment, or believe that an employer may; also where it is accommodated at work.",
        "Une déficience durable ou récurrente, physique, mentale, sensorielle, psychiatrique ou d'apprentissage, qui vous désavantage selon vous dans l'emploi ou pourrait le faire aux yeux d'un employeur ; aussi lorsqu'elle fait l'objet d'un aménagement.",
    ),
    choices: &[YES, NO, DECLINE],
};

const VISIBLE_MINORITY: Question = Question {
    name: "visible_minority",
    text: text("Are you a member of a visible minority?", "Faites-vous partie d'une minorité visible ?"),
    hint: text(
        "In the words of the Employment Equity Act: persons, other than Aboriginal peoples, who are non-Caucasian in race or non-white in colour.",
        "Selon la Loi sur l'équité en matière d'emploi : les personnes, autres que les Autochtones, qui ne sont pas de race blanche ou qui n'ont pas la peau blanche.",
    ),
    choices: &[YES, NO, DECLINE],
};

/// Every form.
const FORMS: &[Form] = &[
    Form { name: "us", questions: &[GENDER, ETHNICITY, VETERAN, DISABILITY_US] },
    Form { name: "ca", questions: &[GENDER, INDIGENOUS, DISABILITY_CA, VISIBLE_MINORITY] },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::tenants::actions::SURVEYS;

    #[test]
    fn what_a_workspace_may_choose_is_what_there_is() {
        let names: Vec<&str> = FORMS.iter().map(|form| form.name).collect();
        assert_eq!((SURVEYS[0], &SURVEYS[1..]), ("", names.as_slice()));
    }

    #[test]
    fn every_question_can_be_declined_and_has_enough_to_choose_from() {
        for form in FORMS {
            let names: BTreeSet<_> = form.questions.iter().map(|question| question.name).collect();
            assert_eq!(names.len(), form.questions.len(), "{}", form.name);
            for question in form.questions {
                assert!(question.choices.len() >= 3, "{}", question.name);
                assert_eq!(question.choices.last().map(|last| last.name), Some("decline"));
                let names: BTreeSet<_> = question.choices.iter().map(|choice| choice.name).collect();
                assert_eq!(names.len(), question.choices.len(), "{}", question.name);
                for text in question.choices.iter().flat_map(|choice| [choice.text, choice.hint]) {
                    assert_eq!(text.en.is_empty(), text.fr.is_empty());
                }
            }
        }
    }
}
