//! What the demo's workspace says on its career pages besides its jobs.

use anyhow::Result;
use serde_json::{Value, json};

use super::http::{Http, Signed};

const SITE: &str = "/api/v1/tenants/current/site/";

fn said(en: &str, fr: &str) -> Value {
    json!({"en": en, "fr": fr})
}

fn item(title: (&str, &str), text: (&str, &str)) -> Value {
    json!({"title": said(title.0, title.1), "text": said(text.0, text.1)})
}

fn sections() -> Value {
    json!([
        {"kind": "stats", "title": said("Northwind in numbers", "Northwind en chiffres"), "items": [
            item(("60", "60"), ("people in Montréal, Toronto and Halifax", "personnes à Montréal, Toronto et Halifax")),
            item(("1,900", "1 900"), ("people found work through us last year", "personnes ont trouvé un emploi par nous l'an dernier")),
            item(("10 days", "10 jours"), ("at most until you have an answer", "au plus jusqu'à votre réponse")),
        ]},
        {"kind": "values", "title": said("What we stand for", "Ce qui nous tient à cœur"), "items": [
            item(("Answers", "Des réponses"), ("Nobody waits for a word that never comes.", "Personne n'attend un mot qui ne vient pas.")),
            item(("Plain words", "Des mots simples"), ("We say what a job is, and what it pays.", "Nous disons ce qu'est un poste, et ce qu'il paie.")),
        ]},
        {"kind": "testimonials", "title": said("What people say", "Ce qu'on en dit"), "items": [
            item(("Amélie, welder", "Amélie, soudeuse"), ("They called back the same week, and knew my name.", "On m'a rappelée la même semaine, et on savait mon nom.")),
        ]},
        {"kind": "faq", "title": said("Questions we are asked", "Les questions qu'on nous pose"), "items": [
            item(("Does it cost anything?", "Est-ce que cela coûte quelque chose ?"), ("No. The companies pay us.", "Non. Les entreprises nous paient.")),
            item(("May I apply twice?", "Puis-je postuler deux fois ?"), ("Yes, for as many positions as fit.", "Oui, à autant de postes qu'il vous convient.")),
        ]},
    ])
}

/// Says it, where nothing is said yet.
///
/// # Errors
/// When the server refuses it.
pub async fn say(http: &Http, owner: &Signed) -> Result<()> {
    let site = http.call("GET", SITE, &owner.access, None).await?;
    if site["version"] != 0 {
        return Ok(());
    }
    let page = json!({
        "slug": "life-here", "title": said("Life here", "La vie ici"), "in_navigation": true, "is_published": true,
        "sections": [
            {"kind": "text", "text": said(
                "We sit together on Tuesdays, and where we like on the others.\n\n- Lunch on Thursdays\n- Five weeks off\n- A bicycle, if you want one",
                "Nous sommes ensemble le mardi, et où bon nous semble les autres jours.\n\n- Dîner le jeudi\n- Cinq semaines de vacances\n- Un vélo, si vous en voulez un",
            )},
            {"kind": "cta", "title": said("Does that sound right?", "Cela vous ressemble ?"), "link_label": said("See the open positions", "Voir les postes ouverts")},
        ],
    });
    let content = json!({
        "hero_subtitle": said(
            "Work that leaves the world a little better ordered than it was.",
            "Un travail qui laisse le monde un peu mieux rangé qu'avant.",
        ),
        "secondary_color": "#8a4b12",
        "social": {"linkedin": "https://www.linkedin.com/company/northwind-talent"},
        "sections": sections(),
        "pages": [page],
    });
    let wanted = json!({"version": 0, "content": content});
    http.call("PUT", SITE, &owner.access, Some(&wanted)).await.map(drop)
}
