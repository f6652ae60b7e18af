//! What somebody would have corrected of their name and of how they are reached. It is a proposal, kept beside what it is
//! about: people who hire take it over or leave it, because nothing from outside is written to somebody who is there.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::{Map, Value, json};
use zumodra_shared::access::Principal;
use zumodra_shared::ats::CandidateContact;
use zumodra_shared::kernel::Code;
use zumodra_shared::schema::{Edit, Entity as _};

use super::enter::{self, Entered};
use super::known::Person;
use super::pages::{Asked, known_to, path, to_start};
use super::words::PortalWords;
use crate::app::App;
use crate::careers::error::privately;
use crate::careers::fields::{Field, Kind};
use crate::careers::pages::{self, Frame};
use crate::careers::secret::count;
use crate::careers::site::Site;
use crate::careers::told;
use crate::careers::words::{Language, Words};
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::limit::Class;
use crate::http::observe::ClientAddr;
use crate::sync::ServerEdit;
use crate::sync::writer;

/// Characters of the declared fields.
const MAX_NAME_CHARS: usize = 100;
const MAX_EMAIL_CHARS: usize = 254;
const MAX_PHONE_CHARS: usize = 30;
const MAX_URL_CHARS: usize = 300;

/// The form in which somebody corrects their data.
#[derive(Template)]
#[template(path = "careers/portal_contact.html")]
struct ContactPage {
    frame: Frame,
    words: &'static PortalWords,
    action: String,
    back: String,
    form: String,
    candidate: String,
    /// What a ticked box sends; there is none here.
    ticked: &'static str,
    fields: Vec<Field>,
    is_wrong: bool,
}

impl ContactPage {
    fn of(app: &App, site: &Site, entered: &Entered, person: &Person, fields: Vec<Field>) -> Self {
        Self {
            frame: Frame { feeds: Vec::new(), ..Frame::of(site) },
            words: PortalWords::of(site.language),
            action: path(site, "contact/"),
            back: path(site, ""),
            form: enter::form_token(app, entered),
            candidate: person.id.to_string(),
            ticked: "",
            is_wrong: fields.iter().any(|field| !field.error.is_empty()),
            fields,
        }
    }
}

/// The fields, with what is known now.
fn fields(person: &Person, words: &Words) -> Vec<Field> {
    let Person { candidate, contact, .. } = person;
    let field = |name: &str, label: &str, kind: Kind, max: usize, value: &str| {
        let mut field = Field::new(name, label, kind, max);
        value.clone_into(&mut field.value);
        field
    };
    let line = |autocomplete| Kind::Line(autocomplete);
    let name = MAX_NAME_CHARS;
    vec![
        field("first_name", words.first_name, line("given-name"), name, &candidate.first_name).required(true),
        field("last_name", words.last_name, line("family-name"), name, &candidate.last_name),
        field("email", words.email, Kind::Email, MAX_EMAIL_CHARS, &contact.email).required(true),
        field("phone", words.phone, Kind::Phone, MAX_PHONE_CHARS, &contact.phone),
        field("city", words.home, line("address-level2"), MAX_NAME_CHARS, &candidate.city),
        field("linkedin_url", words.linkedin, Kind::Linkedin, MAX_URL_CHARS, &contact.linkedin_url),
        field("github_url", words.github, Kind::Url, MAX_URL_CHARS, &contact.github_url),
        field("website_url", words.website, Kind::Url, MAX_URL_CHARS, &contact.website_url),
    ]
}

/// What is proposed already, by field; nothing where that cannot be read.
fn proposed(person: &Person) -> Map<String, Value> {
    serde_json::from_str(&person.contact.proposal).unwrap_or_default()
}

/// The fields as the form shows them: what was proposed before stands in them.
fn shown(person: &Person, words: &Words) -> Vec<Field> {
    let mut fields = fields(person, words);
    let proposed = proposed(person);
    for field in &mut fields {
        if let Some(value) = proposed.get(&field.name).and_then(Value::as_str) {
            value.clone_into(&mut field.value);
        }
    }
    fields
}

/// What the typed fields would change, as it is kept; an empty text for nothing.
fn proposal(person: &Person, typed: &[Field], words: &Words) -> String {
    let known = fields(person, words);
    let changed: Map<String, Value> = typed
        .iter()
        .zip(&known)
        .filter(|(typed, known)| typed.value != known.value)
        .map(|(typed, _)| (typed.name.clone(), json!(typed.value)))
        .collect();
    if changed.is_empty() { String::new() } else { Value::Object(changed).to_string() }
}

/// The form, with what is known now.
pub async fn show(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Anon)?;
        let Some(entered) = enter::entered(&app, &site, &headers).await? else { return Ok(to_start(&site)) };
        let known = known_to(&app, &site, &entered).await?;
        let person = asked.candidate.parse().ok().and_then(|id| known.person(id)).ok_or(Code::NotFound)?;
        let page = ContactPage::of(&app, &site, &entered, person, shown(person, site.words()));
        Ok(pages::answer(StatusCode::OK, &page))
    };
    privately(&site, answer.await)
}

/// What the form sends, by name.
type Typed = std::result::Result<Form<Vec<(String, String)>>, FormRejection>;

/// Keeps what somebody would have corrected. Sent as everything is known already, it takes an earlier proposal back.
pub async fn propose(
    State(app): State<App>,
    site: Site,
    from: ClientAddr,
    headers: HeaderMap,
    typed: Typed,
) -> Response {
    let answer = async {
        count(&app, &from, Class::Auth)?;
        let typed = typed.map(|Form(typed)| typed).unwrap_or_default();
        let text = |name: &str| {
            typed.iter().find(|(named, _)| named == name).map(|(_, text)| text.as_str()).unwrap_or_default()
        };
        let entered = enter::entered(&app, &site, &headers).await?;
        let Some(entered) = entered.filter(|entered| enter::is_theirs(&app, entered, text("form"))) else {
            return Ok(to_start(&site));
        };
        let _turn = app.sessions().turn(&entered.address).await;
        let known = known_to(&app, &site, &entered).await?;
        let person = text("candidate").parse().ok().and_then(|id| known.person(id)).ok_or(Code::NotFound)?;
        let words = site.words();
        let mut fields = fields(person, words);
        for field in &mut fields {
            field.take(text(&field.name));
            field.error = field.complaint(words).unwrap_or_default();
        }
        if fields.iter().any(|field| !field.error.is_empty()) {
            let page = ContactPage::of(&app, &site, &entered, person, fields);
            return Ok(pages::answer(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
        keep(&app, &site, person, proposal(person, &fields, words)).await?;
        Ok(Redirect::to(&format!("{}#data", path(&site, ""))).into_response())
    };
    privately(&site, answer.await)
}

/// Keeps a proposal instead of the one before; the first one is noted on the timeline.
async fn keep(app: &App, site: &Site, person: &Person, proposal: String) -> Result<()> {
    if proposal == person.contact.proposal {
        return Ok(());
    }
    let tenant = &site.tenant;
    let is_first = person.contact.proposal.is_empty();
    let mut edits = vec![ServerEdit {
        def: &CandidateContact::DEF,
        id: person.contact_id,
        edits: vec![Edit::set("proposal", proposal)],
        create: false,
        principal: Principal::server(tenant.id),
    }];
    if is_first {
        let words = PortalWords::of(Language::of_tag(&tenant.settings.language).unwrap_or(Language::En));
        let about = json!({ "candidate_id": person.id, "body": words.note_proposal });
        edits.push(told::note(tenant, app.new_id(), about));
    }
    writer::edit(app, &Arc::clone(tenant), edits, None).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use zumodra_shared::ats::Candidate;
    use zumodra_shared::kernel::RecordId;

    fn person(proposal: &str) -> Person {
        Person {
            id: RecordId::from_u128(1),
            contact_id: RecordId::from_u128(2),
            candidate: Candidate { first_name: "Ada".into(), ..Candidate::default() },
            contact: CandidateContact {
                email: "ada@example.org".into(),
                phone: "+1 514 555 0100".into(),
                proposal: proposal.into(),
                ..CandidateContact::default()
            },
            asked_at: None,
        }
    }

    #[test]
    fn a_proposal_is_what_would_change_and_nothing_else() {
        let (ada, words) = (person(""), Language::En.words());
        let mut typed = fields(&ada, words);
        assert_eq!(proposal(&ada, &typed, words), "");
        typed[3].take("+1 514 555 0199");
        typed[4].take(" Laval ");
        let kept = proposal(&ada, &typed, words);
        assert_eq!(kept, r#"{"city":"Laval","phone":"+1 514 555 0199"}"#);
        let again = shown(&person(&kept), words);
        assert_eq!((again[3].value.as_str(), again[4].value.as_str()), ("+1 514 555 0199", "Laval"));
        assert_eq!(shown(&person("no JSON"), words), fields(&ada, words));
    }
}
