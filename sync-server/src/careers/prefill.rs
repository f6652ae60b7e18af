//! Filling in the form from the résumé: the file is read, and what it says is put where nothing was typed, for the
//! person to check. Nothing is sent by that, and the file goes again if the form is not.

use std::time::Duration;

use axum::http::StatusCode;

use super::apply::{self, Sender, Submitted};
use super::form::{EMAIL, Form, RESUME};
use super::site::Site;
use super::token::Resume;
use super::upload::Sent;
use super::words::{Words, fill};
use crate::app::App;
use crate::error::Result;
use crate::files::text::{self, Person, Unreadable};
use crate::http::limit::{Class, Who};

/// How long somebody waits for their résumé to be read, the turn of others included.
const READ_WITHIN: Duration = Duration::from_secs(15);

/// Reads the résumé of a form that is not to be sent yet.
///
/// # Errors
/// When the file cannot be kept.
pub async fn read(app: &App, site: &Site, sent: &Sent, from: &Sender, mut form: Form) -> Result<Submitted> {
    let words = site.words();
    let is_often = form.proof_bits > 0 || app.limiters().count(Class::Read, Who::address(from.addr)).is_err();
    if is_often {
        // Nothing of a flood is stored.
        apply::keep_taken(app, site, sent, &mut form).await?;
        form.take(sent);
        apply::ask_for_file_again(&mut form, sent, words);
        words.read_busy.clone_into(&mut form.note);
        return Ok(answer(form));
    }
    apply::take_files(app, site, sent, &mut form, words).await?;
    form.take(sent);
    if form.is_wrong() {
        // The file that was chosen now cannot be taken: what an earlier one says is not asked for.
        return Ok(answer(form));
    }
    match form.resume.as_ref().map(|(resume, _)| resume.clone()) {
        Some(resume) => form.note = read_into(app, site, &resume, &mut form).await,
        None => {
            if let Some(field) = form.field_mut(RESUME) {
                words.error_resume.clone_into(&mut field.error);
            }
        }
    }
    Ok(answer(form))
}

fn answer(form: Form) -> Submitted {
    let status = if form.is_wrong() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    apply::again(form, status)
}

/// Puts what a résumé says into the form, and says what became of it.
async fn read_into(app: &App, site: &Site, resume: &Resume, form: &mut Form) -> String {
    let words = site.words();
    let reading = text::read_file(app, &site.tenant, &resume.hash, resume.kind);
    let note = match tokio::time::timeout(READ_WITHIN, reading).await {
        Ok(Ok(Ok(reading))) => {
            return match put(&reading.person, form, words) {
                0 => words.read_nothing.to_owned(),
                1 => words.read_one.to_owned(),
                count => fill(words.read_many, &[&count.to_string()]),
            };
        }
        Ok(Ok(Err(Unreadable::Scan))) => words.read_scan,
        Ok(Ok(Err(Unreadable::Encrypted))) => words.read_locked,
        Ok(Ok(Err(Unreadable::Beyond))) => words.read_nothing,
        Ok(Err(error)) => {
            tracing::warn!(tenant = %site.tenant.id, hash = resume.hash, error = format!("{error:#}"), "a résumé was not read");
            words.read_nothing
        }
        Err(_) => words.read_busy,
    };
    note.to_owned()
}

/// Puts what was recognised where nothing was typed, and says how many fields that were. What the form would not take
/// is left out.
fn put(person: &Person, form: &mut Form, words: &Words) -> usize {
    let (first, last) = name_parts(&person.name);
    let is_linkedin = |link: &&String| link.to_lowercase().contains("linkedin.");
    let own = |link: &&String| !is_linkedin(link) && !link.starts_with("mailto:");
    let found = [
        ("first_name", first),
        ("last_name", last),
        (EMAIL, person.emails.first().cloned().unwrap_or_default()),
        ("phone", person.phones.first().cloned().unwrap_or_default()),
        ("linkedin_url", person.links.iter().find(is_linkedin).cloned().unwrap_or_default()),
        ("website_url", person.links.iter().find(own).cloned().unwrap_or_default()),
        ("headline", person.headline.clone()),
        ("summary", person.summary.clone()),
    ];
    // Half a name that was typed is not joined with half a name that was read.
    let is_named = ["first_name", "last_name"].iter().any(|name| !form.text(name).is_empty());
    let mut count = 0;
    for (name, value) in found {
        let Some(field) = form.field_mut(name).filter(|field| field.value.is_empty()) else { continue };
        if value.is_empty() || is_named && name.ends_with("_name") {
            continue;
        }
        field.take(&value);
        if field.complaint(words).is_some() {
            field.value.clear();
            continue;
        }
        field.origin = words.read_from;
        count += 1;
    }
    count
}

/// A name in two parts: the last word is the family name, which the person can correct.
fn name_parts(name: &str) -> (String, String) {
    let name = unshouted(name.trim());
    match name.rsplit_once(char::is_whitespace) {
        Some((first, last)) => (first.trim().to_owned(), last.to_owned()),
        None => (name, String::new()),
    }
}

/// A name that is set in capitals, as a name is written.
fn unshouted(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    let mut written = String::with_capacity(name.len());
    let mut begins = true;
    for letter in name.chars() {
        if begins {
            written.push(letter)
        } else {
            written.extend(letter.to_lowercase())
        }
        begins = !letter.is_alphabetic();
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::careers::form::Consent;
    use crate::careers::job::Target;
    use crate::careers::words::Language;

    fn person() -> Person {
        Person {
            name: "Ada King Lovelace".into(),
            emails: vec!["ada@example.com".into()],
            phones: vec!["call me".into()],
            links: vec!["mailto:ada@example.com".into(), "linkedin.com/in/ada".into(), "ada.example".into()],
            headline: "Analyst".into(),
            summary: String::new(),
        }
    }

    #[test]
    fn what_was_read_stands_where_nothing_was_typed_and_where_it_is_right() {
        let words = Language::En.words();
        let mut form = Form::blank(Target::AnyWork, &Consent::default(), Language::En);
        assert_eq!(put(&person(), &mut form, words), 6);
        for (name, value) in [
            ("first_name", "Ada King"),
            ("last_name", "Lovelace"),
            ("email", "ada@example.com"),
            ("phone", ""),
            ("linkedin_url", "https://linkedin.com/in/ada"),
            ("website_url", "https://ada.example"),
            ("headline", "Analyst"),
        ] {
            assert_eq!(form.text(name), value, "{name}");
        }
    }

    #[test]
    fn a_name_in_capitals_is_written_as_names_are() {
        for (read, first, last) in [
            ("MARCUS HALLOWAY", "Marcus", "Halloway"),
            ("JEAN-PIERRE O'NEIL", "Jean-Pierre", "O'Neil"),
            ("Ada de la Tour", "Ada de la", "Tour"),
            ("李 明", "李", "明"),
            ("Zoë", "Zoë", ""),
        ] {
            assert_eq!(name_parts(read), (first.to_owned(), last.to_owned()));
        }
    }

    #[test]
    fn what_was_typed_stays() {
        let words = Language::En.words();
        let mut form = Form::blank(Target::AnyWork, &Consent::default(), Language::En);
        form.field_mut("first_name").expect("a field").take("Augusta");
        form.field_mut("email").expect("a field").take("a.k@example.org");
        put(&person(), &mut form, words);
        assert_eq!(
            [form.text("first_name"), form.text("last_name"), form.text("email")],
            ["Augusta", "", "a.k@example.org"]
        );
    }
}
