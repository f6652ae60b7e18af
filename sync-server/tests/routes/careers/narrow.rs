//! The public list narrowed by level, skills and pay, on the page and over JSON.

use axum::http::Method;
use serde_json::{Value, json};

use super::world::World;

const API: &str = "/api/v1/careers/jobs/?tenant=acme";

impl World {
    async fn narrowed(&self, query: &str) -> Value {
        self.server.call(Method::GET, &format!("{API}&{query}"), None, None).await.expect(200).json()
    }
}

/// Three jobs: one well paid in Rust, one paid by the hour in SQL, and one whose pay nobody outside may know.
async fn world() -> World {
    let world = World::new().await;
    for job in [
        json!({"title": "Engineer", "experience_level": "senior", "required_skills": ["Rust", "SQL"],
            "salary_min": 8_000_000, "salary_max": 10_000_000, "salary_currency": "CAD", "show_salary": true}),
        json!({"title": "Clerk", "experience_level": "entry", "preferred_skills": ["sql"],
            "salary_max": 2_500, "salary_period": "hourly", "salary_currency": "CAD", "show_salary": true}),
        json!({"title": "Director", "experience_level": "executive",
            "salary_max": 90_000_000, "salary_currency": "CAD", "show_salary": false}),
    ] {
        world.slug(job).await;
    }
    world
}

fn titles(list: &Value) -> Vec<&str> {
    let mut titles: Vec<&str> =
        list["results"].as_array().expect("a list").iter().filter_map(|job| job["title"].as_str()).collect();
    titles.sort_unstable();
    titles
}

#[tokio::test]
async fn level_skills_and_pay_narrow_the_list_together_with_everything_else() {
    let world = world().await;
    for (query, wanted) in [
        ("", vec!["Clerk", "Director", "Engineer"]),
        ("level=senior", vec!["Engineer"]),
        ("skill=SQL", vec!["Clerk", "Engineer"]),
        ("skill=sql&skill=rust", vec!["Engineer"]),
        ("salary=52000", vec!["Clerk", "Engineer"]),
        ("salary=52001", vec!["Engineer"]),
        ("salary=100001", vec![]),
        ("skill=sql&level=entry&q=clerk&city=Montr%C3%A9al", vec!["Clerk"]),
        ("skill=sql&level=executive", vec![]),
    ] {
        assert_eq!(titles(&world.narrowed(query).await), wanted, "{query}");
    }
    for wrong in ["salary=lots", "salary=-1", "salary=1.5", "salary=9999999999999"] {
        let refused = world.server.call(Method::GET, &format!("{API}&{wrong}"), None, None).await.expect(422);
        assert!(refused.text().contains("\"salary\""), "{wrong}");
    }
}

#[tokio::test]
async fn the_page_counts_what_each_choice_would_leave_and_never_tells_hidden_pay() {
    let world = world().await;
    let page = world.page("").await.expect(200).text();
    assert!(page.contains("<option value=\"senior\">Senior, 5 to 8 years (1)</option>"), "{page}");
    assert!(
        page.contains("name=\"skill\" value=\"SQL\"> SQL (2)") || page.contains("value=\"sql\"> sql (2)"),
        "{page}"
    );
    assert!(page.contains("<option value=\"100000\">100,000 CAD a year (1)</option>"), "{page}");
    assert!(!page.contains("900,000") && !page.contains("value=\"200000\""), "{page}");
    let chosen = world.page("?skill=rust&salary=60000&lang=fr").await.expect(200).text();
    assert!(
        chosen.contains("value=\"Rust\" checked") && chosen.contains("<option value=\"60000\" selected>"),
        "{chosen}"
    );
    assert!(
        chosen.contains("1 poste trouvé") && chosen.contains("<details class=\"skills\" open>"),
        "{chosen}"
    );
    assert!(
        chosen.contains("alerts/?lang=fr&#38;skill=rust&#38;salary=60000"),
        "an alert is for the same list: {chosen}"
    );
    let asked = world.page("alerts/?skill=rust&salary=60000&level=senior").await.expect(200).text();
    assert!(asked.contains("Senior, 5 to 8 years, rust, at least 60,000 a year"), "{asked}");
    let nothing = world.page("?skill=cobol").await.expect(200).text();
    assert!(
        nothing.contains("No position matches this search") && nothing.contains("See all open positions"),
        "{nothing}"
    );
}
