//! What stands in calendars, in the two languages of the product.

use zumodra_shared::ats::{Interview, InterviewKind};

/// Whether a language is French; every other one is English.
fn is_french(language: &str) -> bool {
    language == "fr"
}

/// A kind of conversation in words.
fn kind(language: &str, kind: InterviewKind) -> &'static str {
    let (en, fr) = match kind {
        InterviewKind::Video => ("Video interview", "Entretien vidéo"),
        InterviewKind::Phone => ("Phone interview", "Entretien téléphonique"),
        InterviewKind::InPerson => ("Interview on site", "Entretien sur place"),
        InterviewKind::Technical => ("Technical interview", "Entretien technique"),
        InterviewKind::Panel => ("Panel interview", "Entretien en groupe"),
        InterviewKind::Assessment => ("Assessment", "Mise en situation"),
        InterviewKind::CaseStudy => ("Case study", "Étude de cas"),
        InterviewKind::Final => ("Final interview", "Dernier entretien"),
        _ => ("Interview", "Entretien"),
    };
    if is_french(language) { fr } else { en }
}

/// What an interview is called: by its title, else by its kind and what it is about.
#[must_use]
pub fn summary(language: &str, title: &str, of: InterviewKind, about: &[&str]) -> String {
    if !title.trim().is_empty() {
        return title.trim().to_owned();
    }
    let about: Vec<&str> = about.iter().copied().filter(|text| !text.is_empty()).collect();
    let kind = kind(language, of);
    match (about.is_empty(), is_french(language)) {
        (true, _) => kind.to_owned(),
        (false, true) => format!("{kind} : {}", about.join(", ")),
        (false, false) => format!("{kind}: {}", about.join(", ")),
    }
}

/// What interviewers read in their calendars. The briefing stays where it is.
#[must_use]
pub fn for_members(language: &str, candidate: &str, job: &str) -> String {
    if is_french(language) {
        format!("Entretien avec {candidate}, pour le poste : {job}.\nOuvrez Zumodra pour en savoir plus.")
    } else {
        format!("Interview with {candidate} for the job: {job}.\nOpen Zumodra for more.")
    }
}

/// What the candidate reads: what the team wrote, and who is there, by name alone.
#[must_use]
pub fn for_candidate(language: &str, message: &str, interviewers: &[&str]) -> String {
    let mut paragraphs = Vec::new();
    if !message.trim().is_empty() {
        paragraphs.push(message.trim().to_owned());
    }
    if !interviewers.is_empty() {
        let with = if is_french(language) { "Avec" } else { "With" };
        paragraphs.push(format!("{with} {}", interviewers.join(", ")));
    }
    paragraphs.join("\n\n")
}

/// A description with what a meeting on the network asks for, in lines of their own.
#[must_use]
pub fn with_meeting(language: &str, description: &str, interview: &Interview) -> String {
    let labels = if is_french(language) {
        ["Numéro de réunion :", "Mot de passe :"]
    } else {
        ["Meeting ID:", "Password:"]
    };
    let values = [interview.meeting_id.trim(), interview.meeting_password.trim()];
    let said = labels.iter().zip(values).filter(|(_, value)| !value.is_empty());
    let lines: Vec<String> = said.map(|(label, value)| format!("{label} {value}")).collect();
    let parts = [description.to_owned(), lines.join("\n")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// What a feed is called.
#[must_use]
pub fn feed(language: &str, workspace: &str) -> String {
    let name = if is_french(language) { "Entretiens" } else { "Interviews" };
    format!("{name} ({workspace})")
}
