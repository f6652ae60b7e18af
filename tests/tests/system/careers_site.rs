//! The career pages as other programs and other sites meet them: readers that nobody here wrote, a page of another
//! origin that shows the list, and a flood of forms.

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use zumodra_tests::process::browser::Browser;
use zumodra_tests::process::checker::read_back;
use zumodra_tests::process::eventually;

use super::pages::{PATIENCE, TYPING, World, serious, text_of};

async fn get(address: &str) -> Result<String> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    Ok(client.get(address).send().await?.error_for_status()?.text().await?)
}

/// What search engines require of a posting, and what they want besides where the job says it.
fn judge(posting: &Value, job: &Value) -> Result<()> {
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    for name in ["title", "description", "datePosted"] {
        ensure!(is_text(&posting[name]), "{name}: {posting}");
    }
    ensure!(posting["description"].as_str().is_some_and(|html| html.contains("<p>")), "no HTML: {posting}");
    ensure!(is_text(&posting["hiringOrganization"]["name"]), "{posting}");
    ensure!(is_text(&posting["hiringOrganization"]["logo"]), "{posting}");
    let is_anywhere = posting["jobLocationType"] == "TELECOMMUTE"
        && is_text(&posting["applicantLocationRequirements"]["name"]);
    let address = &posting["jobLocation"]["address"];
    let is_somewhere = is_text(&address["addressLocality"]) || is_text(&address["addressCountry"]);
    ensure!(is_anywhere || is_somewhere, "nowhere: {posting}");
    ensure!(is_text(&posting["employmentType"]) && is_text(&posting["identifier"]["value"]), "{posting}");
    ensure!(posting["directApply"] == true, "{posting}");
    let has_deadline = job["application_deadline"].is_string();
    ensure!(is_text(&posting["validThrough"]) == has_deadline, "validThrough: {posting}");
    let has_pay = job["show_salary"] == true;
    ensure!(posting["baseSalary"]["value"]["minValue"].is_number() == has_pay, "baseSalary: {posting}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_of_other_people_read_every_posting_and_every_feed() -> Result<()> {
    let world = World::with(&[]).await?;
    let mut jobs = Vec::new();
    for fields in [
        json!({
            "title": "Dispatcher & \"friend\" <senior>", "salary_min": 5_200_000, "salary_max": 6_400_050,
            "salary_currency": "CAD", "show_salary": true, "application_deadline": "2099-12-31", "team": "R&D ]]> x",
        }),
        json!({"title": "Écrivain 日本", "remote_policy": "remote", "job_type": "freelance", "location_country": ""}),
        json!({"title": "Only a country", "location_city": "", "salary_min": 1, "salary_currency": "CAD"}),
        json!({"title": "Hybrid", "remote_policy": "hybrid", "job_type": "internship"}),
    ] {
        jobs.push(world.job(fields).await?);
    }
    for job in &jobs {
        let address = world.page(&format!("jobs/{}/", job["slug"].as_str().context("a slug")?));
        let found = read_back("posting", &address, &get(&address).await?)?;
        let found = found.as_array().context("a list")?;
        ensure!(found.len() == 1 && found[0]["@type"] == "JobPosting", "{found:?}");
        ensure!(found[0]["title"] == job["title"], "{found:?}");
        judge(&found[0], job).with_context(|| job["title"].to_string())?;
    }
    let nowhere = world.job(json!({"title": "Nowhere", "location_city": "", "location_country": ""})).await?;
    let address = world.page(&format!("jobs/{}/", nowhere["slug"].as_str().context("a slug")?));
    ensure!(read_back("posting", &address, &get(&address).await?)? == json!([]), "a posting without a place");

    let titles = |entries: &Value| -> Vec<String> {
        let entries = entries.as_array().into_iter().flatten();
        let mut titles: Vec<String> =
            entries.filter_map(|e| e["title"].as_str().map(str::to_owned)).collect();
        titles.sort();
        titles
    };
    jobs.push(nowhere);
    let wanted = titles(&json!(jobs));
    let rss = read_back("feed", "feed.xml", &get(&world.page("feed.xml")).await?)?;
    ensure!(rss["bozo"] == false && rss["version"] == "rss20", "{rss}");
    ensure!(titles(&rss["entries"]) == wanted && rss["title"] == "Careers at Northwind", "{rss}");
    for entry in rss["entries"].as_array().context("entries")? {
        let marked = format!("{}?source=rss", entry["id"].as_str().context("an id")?);
        ensure!(entry["published_parsed"].is_array() && entry["link"] == marked, "{entry}");
        ensure!(
            entry["summary"].as_str().is_some_and(|html| html.contains("<li>answer the phone</li>")),
            "{entry}"
        );
    }
    for (file, needed) in [
        (
            "indeed.xml",
            ["title", "date", "referencenumber", "requisitionid", "url", "company", "description"],
        ),
        (
            "linkedin.xml",
            ["title", "partnerJobId", "company", "companyId", "applyUrl", "posterEmail", "description"],
        ),
    ] {
        let read = read_back("xml", file, &get(&world.page(file)).await?)?;
        ensure!(read["root"] == "source" && titles(&read["jobs"]) == wanted, "{read}");
        for job in read["jobs"].as_array().context("jobs")? {
            for name in needed {
                ensure!(job[name].as_str().is_some_and(|text| !text.is_empty()), "{file} {name}: {job}");
            }
        }
    }
    Ok(())
}

/// A site of somebody else: every address of it answers with this page.
async fn site(page: String) -> Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 4096];
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
                page.len()
            );
            // A browser that went away needs no answer.
            if stream.read(&mut asked).await.is_ok() {
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        }
    });
    Ok(address)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_stands_in_a_page_of_another_site_where_the_workspace_allows_it() -> Result<()> {
    let world = World::with(&[]).await?;
    let slug = world.full_job().await?;
    for number in 0..8 {
        world.job(json!({"title": format!("Conductor {number}"), "team": "Trains"})).await?;
    }
    let script = world.page("embed.js");
    let page = format!(
        "<!doctype html><html lang=en><title>Northwind</title><main><h1>Work with us</h1>\
         <script src=\"{script}\" data-team=\"Trains\" data-lang=\"fr\"></script></main>"
    );
    let site = site(page).await?;
    let browser = Browser::open("light", true).await?;
    let client = &browser.client;
    let count = async || -> Result<(usize, i64)> {
        client.goto(&site).await?;
        let frame = client.wait().at_most(PATIENCE).for_element(Locator::Css("iframe")).await?;
        let height = eventually("the height of the list", PATIENCE, async || {
            let height =
                client.execute("return document.querySelector('iframe').offsetHeight", Vec::new()).await;
            // 480 is what it begins with.
            height.ok()?.as_i64().filter(|height| *height != 480)
        });
        let height = tokio::time::timeout(TYPING, height).await.unwrap_or(Ok(0))?;
        frame.enter_frame().await?;
        let cards = client.find_all(Locator::Css(".card")).await?.len();
        Ok((cards, height))
    };
    let (cards, height) = count().await?;
    ensure!(cards == 8 && height > 480, "{cards} cards, {height} px");
    let own = client.execute("return document.documentElement.scrollHeight", Vec::new()).await?;
    ensure!(own.as_i64().is_some_and(|own| own <= height), "the frame scrolls: {own} in {height}");
    let found = serious(client).await?;
    ensure!(found.is_empty(), "{found:?}");
    // A click leaves the other site for the job's page.
    client.find(Locator::Css(".card a")).await?.click().await?;
    let title = eventually("the job's page", PATIENCE, async || {
        let at = client.current_url().await.ok()?;
        at.path().contains("/jobs/conductor").then(|| at.to_string())
    });
    ensure!(title.await?.ends_with("?lang=fr&source=127.0.0.1"), "the language is kept, and what led here");

    let only = json!({"careers_embed_origins": ["https://www.northwind.example"]});
    world.server.call("PATCH", "/api/v1/tenants/current/", Some(&world.owner.access), Some(only)).await?;
    ensure!(count().await?.0 == 0, "a site that the workspace did not name");
    let allowed = json!({"careers_embed_origins": [site]});
    world.server.call("PATCH", "/api/v1/tenants/current/", Some(&world.owner.access), Some(allowed)).await?;
    ensure!(count().await?.0 == 8, "a site that the workspace named");
    ensure!(get(&world.page(&format!("jobs/{slug}/"))).await?.contains("Dispatcher"));
    browser.close().await
}

/// Fills the form for no job in particular.
async fn fill(browser: &Browser, form: &str, email: &str) -> Result<()> {
    browser.client.goto(form).await?;
    tokio::time::sleep(TYPING).await;
    for (selector, text) in [("#first-name", "Jane"), ("#email", email), ("#summary", "I drive trains.")] {
        browser.client.find(Locator::Css(selector)).await?.send_keys(text).await?;
    }
    Ok(browser.client.find(Locator::Css("#consent")).await?.click().await?)
}

async fn send(browser: &Browser) -> Result<()> {
    browser.submit("form.apply .send").await
}

async fn is_taken(browser: &Browser) -> Result<()> {
    let title = eventually("the confirmation", PATIENCE, async || {
        let title = text_of(&browser.client, "h1").await.ok()?;
        title.contains("has arrived").then_some(())
    });
    title.await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_flood_the_page_proves_work_by_itself_and_without_scripts_patience_is_enough() -> Result<()> {
    let world =
        World::with(&[("ZUMODRA_RATES__ALARM", "1/hour"), ("ZUMODRA_FORM_PATIENCE_MS", "4000")]).await?;
    let form = world.page("apply/");
    let with = Browser::open("light", true).await?;
    fill(&with, &form, "first@example.org").await?;
    send(&with).await?;
    is_taken(&with).await?;
    // This form was opened before the flood began, and is given back once.
    fill(&with, &form, "second@example.org").await?;
    send(&with).await?;
    let said = text_of(&with.client, "#errors").await?;
    ensure!(said.contains("press Send again"), "{said}");
    ensure!(
        with.client.find(Locator::Css("form[data-proof-bits]")).await.is_ok(),
        "the form asks for a proof"
    );
    send(&with).await?;
    is_taken(&with).await?;
    // From now on the work is done while the person types.
    fill(&with, &form, "third@example.org").await?;
    send(&with).await?;
    is_taken(&with).await?;
    with.close().await?;

    let without = Browser::open("dark", false).await?;
    fill(&without, &form, "fourth@example.org").await?;
    send(&without).await?;
    ensure!(
        text_of(&without.client, "#errors").await?.contains("wait a minute"),
        "what to do without scripts"
    );
    let kept = without.client.find(Locator::Css("#summary")).await?.prop("value").await?;
    ensure!(kept.as_deref() == Some("I drive trains."), "what was typed is gone: {kept:?}");
    send(&without).await?;
    text_of(&without.client, "#errors").await?;
    tokio::time::sleep(TYPING * 2).await;
    send(&without).await?;
    is_taken(&without).await?;
    without.close().await?;

    let candidates = eventually("the candidates", PATIENCE, async || {
        let list = "/api/v1/ats/candidates/?source=spontaneous";
        let list = world.server.call("GET", list, Some(&world.owner.access), None).await.ok()?;
        (list["count"] == 4).then_some(list)
    });
    ensure!(candidates.await?["results"][0]["summary"] == "I drive trains.");
    ensure!(world.applications(0).await?.is_empty());
    Ok(())
}
