//! Several nodes over one database: nobody gets a mail twice, and none is lost with a node.

use std::collections::BTreeSet;

use super::world::{A_WHILE, invite, mail_to, once, start};
use crate::support::smtp::until;

const MAILS: usize = 60;

#[tokio::test]
async fn several_nodes_send_each_mail_once() {
    let (server, peer) = start().await;
    let others = [server.beside().await, server.beside().await];
    let owner = server.workspace("Acme").await;
    for at in 0..MAILS {
        invite(&server, &owner, &format!("a{at}@domain{}.example", at % 7)).await;
        // All of them look at the same moment.
        others.iter().for_each(|other| other.app.mail().ring());
    }
    peer.count(MAILS).await;
    tokio::time::sleep(A_WHILE).await;
    let arrived = peer.all();
    let ids: BTreeSet<String> = arrived.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!((arrived.len(), ids.len()), (MAILS, MAILS));
    for at in 0..MAILS {
        let mail = once(&server, &owner, &format!("a{at}@domain{}.example", at % 7), "sent").await;
        assert_eq!(mail["tries"], 1);
    }
}

#[tokio::test]
async fn what_a_dead_node_was_sending_is_sent_by_another_when_its_lease_is_over() {
    let (server, peer) = start().await;
    let owner = server.workspace("Acme").await;
    invite(&server, &owner, "bob@example.com").await;
    once(&server, &owner, "bob@example.com", "sent").await;
    // As a node leaves it that died after it had claimed the mail.
    let tenant = server.tenant(&owner).await;
    let claimed = async |next_at: i64| {
        let mut tx = server.app.db().tenant(&tenant.schema).await.expect("opens");
        let left = sqlx::query("update mail set state = 'sending', claim = gen_random_uuid(), next_at = $1");
        left.bind(next_at).execute(&mut *tx).await.expect("writes");
        tx.commit().await.expect("commits");
        server.app.mail().ring();
    };
    claimed(server.clock.now() + 8_000).await;
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(mail_to(&server, &owner, "bob@example.com").await["state"], "sending");
    server.clock.advance(8_000);
    server.app.mail().ring();
    once(&server, &owner, "bob@example.com", "sent").await;
    // Whoever gets it twice can tell: it is the same message.
    let ids: Vec<String> = peer.all().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn what_lay_for_too_long_is_given_up_and_not_sent_late() {
    let (server, peer) = start().await;
    let owner = server.workspace("Acme").await;
    invite(&server, &owner, "later@example.com").await;
    once(&server, &owner, "later@example.com", "deferred").await;
    let tenant = server.tenant(&owner).await;
    let mut tx = server.app.db().tenant(&tenant.schema).await.expect("opens");
    let left = "update mail set state = 'sending', claim = gen_random_uuid(), next_at = $1, expires_at = $1";
    sqlx::query(left).bind(server.clock.now()).execute(&mut *tx).await.expect("writes");
    tx.commit().await.expect("commits");
    server.app.mail().ring();
    let mail = once(&server, &owner, "later@example.com", "given_up").await;
    assert_eq!(mail["problem"], "It could not be sent while it was worth sending.");
    assert_eq!(peer.all().len(), 0);
}

#[tokio::test]
async fn a_bell_that_was_lost_is_rung_again() {
    let (server, peer) = start().await;
    let owner = server.workspace("Acme").await;
    let tenant = server.tenant(&owner).await;
    invite(&server, &owner, "later@example.com").await;
    once(&server, &owner, "later@example.com", "deferred").await;
    let mut tx = server.app.db().public().await.expect("opens");
    sqlx::query("delete from mail_bells where schema_name = $1")
        .bind(tenant.schema.as_str())
        .execute(&mut *tx)
        .await
        .expect("writes");
    tx.commit().await.expect("commits");
    server.clock.advance(5 * 60_000);
    server.app.mail().ring();
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(mail_to(&server, &owner, "later@example.com").await["tries"], 1);
    zumodra_server::notifications::sweep(&server.app).await.expect("sweeps");
    server.app.mail().ring();
    until("the second try", async || {
        (mail_to(&server, &owner, "later@example.com").await["tries"] == 2).then_some(())
    })
    .await;
    assert_eq!(peer.all().len(), 0);
}
