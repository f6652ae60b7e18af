//! Fields of a workspace's own over the real server and real engines: made and filled in without a network, one for each
//! key, and judged by their type whichever way a value comes.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::{Server, SignedIn};
use zumodra_tests::process::{eventually, temporary};

use super::interviews::make;

const OWNER: &str = "owner@fields.example";
const ADAM: &str = "adam@fields.example";
const SOON: Duration = Duration::from_secs(30);

async fn give(engine: &mut EngineProcess, candidate: &str, key: &str, value: &str) -> Result<Value> {
    let edits = json!([{ "op": "item_put", "field": "custom", "item": key, "after": null, "values": { "value": value } }]);
    engine.ask("edit", json!({ "request": { "kind": "candidates", "id": candidate, "edits": edits } })).await
}

async fn rest(server: &Server, by: &SignedIn, method: &str, path: &str, body: Value) -> Result<Value> {
    server.call(method, &format!("/api/v1/ats/{path}"), Some(&by.access), Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_made_and_filled_in_offline_and_one_key_is_one_field() -> Result<()> {
    let folder = temporary("own-fields")?;
    let mut server = Server::start(folder.path()).await?;
    let owner = server.sign_up("Field Works", OWNER).await?;
    server.add_member(&owner, "Adam Admin", ADAM, "admin").await?;
    let candidate = rest(&server, &owner, "POST", "candidates/", json!({ "first_name": "Ada" })).await?;
    let candidate = candidate["id"].as_str().unwrap_or_default().to_owned();
    let mut engines = Vec::new();
    for email in [OWNER, ADAM] {
        let mut engine = EngineProcess::start(&folder.path().join(email))?;
        engine.enter(&server.url(), email).await?;
        engine.current().await?;
        engines.push(engine);
    }
    let (mut adam, mut first) = (engines.remove(1), engines.remove(0));

    // Both make a field of one key without a network, of different types, and fill in what they know.
    server.kill();
    make(&mut first, "custom_fields", json!({ "key": "rate", "label": "Rate", "kind": "money" })).await?;
    make(&mut adam, "custom_fields", json!({ "key": "rate", "label": "Rate of 10", "kind": "text" })).await?;
    make(&mut adam, "custom_fields", json!({ "key": "visa", "label": "Visa", "kind": "date" })).await?;
    ensure!(
        give(&mut first, &candidate, "rate", "lots").await.is_err(),
        "what is no amount is refused at once"
    );
    give(&mut first, &candidate, "rate", "650 CAD").await?;
    give(&mut adam, &candidate, "visa", "2027-03-31").await?;
    // The desktop of the first is closed before the server is back.
    first.end().await?;
    server.run().await?;
    let mut first = EngineProcess::start(&folder.path().join(OWNER))?;
    first.enter(&server.url(), OWNER).await?;
    // Whoever came second is told, and still has what they made.
    let (one, other) = (&mut first, &mut adam);
    let refused = eventually("the refusal", SOON, async || {
        let mine = one.ask("attention", Value::Null).await.ok()?.to_string();
        let theirs = other.ask("attention", Value::Null).await.ok()?.to_string();
        let told = [mine, theirs].into_iter().filter(|items| items.contains("already-exists")).count();
        (told > 0).then_some(told)
    })
    .await?;
    ensure!(refused == 1, "one of the two keeps the key");
    // Both values are there: they are of different keys.
    let values = eventually("both values", SOON, async || {
        let path = format!("/api/v1/ats/candidates/{candidate}/");
        let seen = server.call("GET", &path, Some(&owner.access), None).await.ok()?;
        let values = seen["custom"].as_array()?.clone();
        (values.len() == 2).then_some(values)
    })
    .await?;
    let text = json!(values).to_string();
    ensure!(text.contains("650 CAD") && text.contains("2027-03-31"), "{text}");

    // Over REST the same is judged.
    let path = format!("candidates/{candidate}/");
    let wrong = json!({ "custom": [{ "id": "visa", "value": "soon" }] });
    let refused = rest(&server, &owner, "PATCH", &path, wrong).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("This is no value of visa.")));
    rest(&server, &owner, "PATCH", &path, json!({ "custom": [{ "id": "visa", "value": "2028-01-01" }] }))
        .await?;
    let again = json!({ "key": "visa", "label": "Visa again" });
    let refused = rest(&server, &owner, "POST", "custom-fields/", again).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("already-exists")));
    first.end().await?;
    adam.end().await
}
