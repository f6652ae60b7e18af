//! The projection and the scopes' sums can be made anew from the documents: rebuild equals incremental.

use serde_json::{Value, json};
use zumodra_server::sync::rebuild::rebuild;
use zumodra_server::tenants::Tenant;

use crate::support::TestServer;

const SHARES: &str = include_str!("../../../migrations/postgres/tenant/0006_shares.sql");

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
    let pipeline = json!({ "name": "Hiring", "stages": [{ "name": "In", "kind": "new" }] });
    let pipeline = server.post("/api/v1/ats/pipelines/", &owner, pipeline).await.expect(201).json();
    let job = json!({ "title": "Baker", "pipeline_id": pipeline["id"] });
    let job = server.post("/api/v1/ats/jobs/", &owner, job).await.expect(201).json();
    for n in 0..20 {
        let body = json!({ "first_name": format!("Ada {n}"), "skills": ["Rust", "SQL"], "summary": "Calm." });
        let made = server.post("/api/v1/ats/candidates/", &owner, body).await.expect(201).json();
        let path = format!("/api/v1/ats/candidates/{}/", made["id"].as_str().expect("an id"));
        if n % 2 == 0 {
            // The candidate changes after it was shared.
            let applies = json!({ "candidate_id": made["id"], "job_id": job["id"] });
            server.post("/api/v1/ats/applications/", &owner, applies).await.expect(201);
        }
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

    // What the migration makes of applications that are there is what their making shares.
    let shares = shared(&server, &tenant).await;
    assert_eq!(shares.len(), 10);
    let mut tx = server.app.db().tenant(&tenant.schema).await.expect("opens");
    sqlx::query("delete from shares").execute(&mut *tx).await.expect("empties");
    sqlx::query("delete from scopes where scope like 'candidates/%'")
        .execute(&mut *tx)
        .await
        .expect("empties");
    let (_, fills) = SHARES.split_once("create index shares_seq on shares (seq);").expect("the statements");
    sqlx::raw_sql(fills).execute(&mut *tx).await.expect("fills");
    tx.commit().await.expect("commits");
    assert_eq!(shared(&server, &tenant).await, shares);
    assert_eq!(derived(&server, &tenant).await, before);
}

async fn shared(server: &TestServer, tenant: &Tenant) -> Vec<(String, uuid::Uuid)> {
    let mut tx = server.app.db().tenant(&tenant.schema).await.expect("opens");
    let rows = sqlx::query_as("select scope, doc from shares order by scope, doc");
    let rows = rows.fetch_all(&mut *tx).await.expect("reads");
    tx.commit().await.expect("commits");
    rows
}
