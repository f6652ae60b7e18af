//! A text that is written to candidates again and again.

use serde::{Deserialize, Serialize};

use crate::schema::{Entity, RichText};

/// A text that is written to candidates again and again. In subject and body, `{{first_name}}`, `{{last_name}}`, `{{job}}`,
/// `{{company}}`, `{{sender}}`, `{{city}}`, `{{stage}}`, `{{recruiter}}` and `{{hiring_manager}}` stand for what they say,
/// `{{interview_day}}` and `{{interview_time}}` for the next interview, `{{portal}}` for the page on which candidates see their
/// applications and write, and `{{board}}` for the one with all positions; the window fills them in before anything is sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "mail_templates", code = 18, title = "name")]
pub struct MailTemplate {
    /// What it is called.
    #[field(required, max = 120, search)]
    pub name: String,
    /// The subject.
    #[field(required, max = 200)]
    pub subject: String,
    /// What it says.
    #[field(required, max = 20_000)]
    pub body: RichText,
}

/// A template to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardMail {
    /// By which it is told from the others, in its record's id.
    pub key: &'static str,
    /// Name, subject and body in English.
    pub en: [&'static str; 3],
    /// The same in French.
    pub fr: [&'static str; 3],
}

/// What a workspace starts with.
pub const STANDARD_MAILS: &[StandardMail] = &[
    StandardMail {
        key: "invitation to talk",
        en: [
            "Invitation to talk",
            "{{job}}: let us talk",
            "Hello {{first_name}},\n\nThank you for your application for the job “{{job}}”. We would like to get to know \
             you. When would a first talk of half an hour suit you in the next days?\n\nBest regards,\n{{sender}}\n{{company}}",
        ],
        fr: [
            "Proposition d’échange",
            "{{job}} : faisons connaissance",
            "Bonjour {{first_name}},\n\nMerci pour votre candidature au poste « {{job}} ». Nous aimerions faire votre \
             connaissance. Quand un premier échange d’une demi-heure vous conviendrait-il dans les prochains jours ?\n\n\
             Bien à vous,\n{{sender}}\n{{company}}",
        ],
    },
    StandardMail {
        key: "more time",
        en: [
            "We need more time",
            "Your application: {{job}}",
            "Hello {{first_name}},\n\nYour application for the job “{{job}}” is with us, and we have not decided yet. \
             You will hear from us as soon as we have. To see where it stands, or to write to us: {{portal}}\n\nThank you for \
             your patience.\n\nBest regards,\n{{sender}}\n{{company}}",
        ],
        fr: [
            "Il nous faut plus de temps",
            "Votre candidature : {{job}}",
            "Bonjour {{first_name}},\n\nNous avons bien votre candidature au poste « {{job}} » et n’avons pas encore \
             décidé. Nous vous répondrons dès que ce sera fait. Pour suivre votre candidature ou nous écrire : {{portal}}\n\n\
             Merci de votre patience.\n\nBien à vous,\n{{sender}}\n{{company}}",
        ],
    },
    StandardMail {
        key: "rejection",
        en: [
            "Rejection",
            "Your application: {{job}}",
            "Hello {{first_name}},\n\nThank you for your application for the job “{{job}}” and for the time that you took. \
             We have decided to go on with others. We wish you every success.\n\nBest regards,\n{{sender}}\n{{company}}",
        ],
        fr: [
            "Refus",
            "Votre candidature : {{job}}",
            "Bonjour {{first_name}},\n\nMerci pour votre candidature au poste « {{job}} » et pour le temps que vous y avez \
             consacré. Nous avons décidé de poursuivre avec d’autres personnes. Nous vous souhaitons pleine réussite.\n\n\
             Bien à vous,\n{{sender}}\n{{company}}",
        ],
    },
];
