//! The projection and the scopes' sums can be made anew from the documents: rebuild equals incremental.

mod support;

use serde_json::{Value, json};
use support::TestServer;
use zumodra_server::sync::rebuild::rebuild;
use zumodra_server::tenants::Tenant;

/// Everything that is derived, in a fixed order.
async fn derived(
    server: &TestServer,
    tenant: &Tenant,
) -> (Vec<(uuid::Uuid, i32, bool, Value)>, Vec<(String, i64, i64)>) {
    let mut tx = server.app.db().tenant(&tenant.schema).await.expect("opens");
    let records = sqlx::query_as("select doc, kind, deleted, fields from records order by doc")
        .fetch_all(&mut *tx)
        .await
        .expect("records");
    let scopes =
        sqlx::query_as("select scope, documents, checksum from scopes where documents > 0 order by scope")
            .fetch_all(&mut *tx)
            .await
            .expect("scopes");
    tx.commit().await.expect("commits");
    (records, scopes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_gives_what_the_writes_gave() {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let tenant = server.tenant(&owner).await;
    for n in 0..20 {
        let body = json!({ "first_name": format!("Ada {n}"), "skills": ["Rust", "SQL"], "summary": "Calm." });
        let made = server.post("/api/v1/ats/candidates/", &owner, body).await.expect(201).json();
        let path = format!("/api/v1/ats/candidates/{}/", made["id"].as_str().expect("an id"));
        server
            .patch(&path, &owner, json!({ "skills": ["Rust"], "city": "Lyon", "summary": "Calm and kind." }))
            .await
            .expect(200);
        if n % 3 == 0 {
            server.delete(&path, &owner).await.expect(204);
        }
    }
    let before = derived(&server, &tenant).await;
    assert!(before.0.len() > 25 && before.1.len() > 3, "candidates, activities, members, the pipeline");

    let mut tx = server.app.db().tenant(&tenant.schema).await.expect("opens");
    sqlx::query("update records set fields = '{}', deleted = not deleted")
        .execute(&mut *tx)
        .await
        .expect("spoils");
    sqlx::query("update scopes set documents = 7, checksum = 7").execute(&mut *tx).await.expect("spoils");
    tx.commit().await.expect("commits");
    assert_ne!(derived(&server, &tenant).await, before);

    let done = rebuild(&server.app, &tenant).await.expect("rebuilds");
    assert_eq!((usize::try_from(done.documents).expect("fits"), done.damaged), (before.0.len(), 0));
    assert_eq!(derived(&server, &tenant).await, before);
}
