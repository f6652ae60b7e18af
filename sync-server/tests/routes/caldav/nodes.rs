//! Several nodes over one database: a calendar is written by one of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use zumodra_shared::kernel::time::DAY_MS;

use super::world::{Kind, LOGIN, Peer, SECRET, in_step, nearby, try_connect};
use crate::calendar::world::{AT, World};
use crate::mail::world::A_WHILE;
use crate::support::smtp::until;

const INTERVIEWS: usize = 6;

/// Passes everything on to a server and counts what is written there. Gives its address.
async fn counting(to: String, writes: Arc<AtomicUsize>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(to.trim_start_matches("http://")).await.expect("connects");
            let ((mut from, mut back), (mut answers, mut on)) = (client.into_split(), server.into_split());
            tokio::spawn(async move { tokio::io::copy(&mut answers, &mut back).await });
            let writes = Arc::clone(&writes);
            tokio::spawn(async move {
                let mut bytes = vec![0; 64 << 10];
                while let Ok(count @ 1..) = from.read(&mut bytes).await {
                    // A request begins what its client sends at once.
                    if bytes[..count].starts_with(b"PUT ") {
                        writes.fetch_add(1, Ordering::SeqCst);
                    }
                    if on.write_all(&bytes[..count]).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    url
}

#[tokio::test]
async fn several_nodes_write_each_event_once() {
    let peer = Peer::start(Kind::Radicale).await;
    let writes = Arc::new(AtomicUsize::new(0));
    let proxy = counting(peer.url(), Arc::clone(&writes)).await;
    let world = World::with(nearby()).await;
    let others = [world.server.beside().await, world.server.beside().await];
    let body = json!({"url": format!("{proxy}{}", peer.path()), "login": LOGIN, "password": SECRET});
    assert_eq!(try_connect(&world, &world.bob, body).await.expect(200).json()["connected"], true);
    let tenant = world.server.tenant(&world.owner).await;
    let mut planned = Vec::new();
    for day in 0..INTERVIEWS {
        let starts_at = AT + i64::try_from(day).expect("few") * DAY_MS;
        planned.push(world.plan(json!({"starts_at": starts_at})).await);
        // All of them look at the same moment.
        others.iter().for_each(|other| other.app.calendars().ring(tenant.id));
    }
    for interview in &planned {
        until("the event", async || peer.event(interview).await).await;
    }
    in_step(&world).await;
    others.iter().for_each(|other| other.app.calendars().ring(tenant.id));
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(writes.load(Ordering::SeqCst), INTERVIEWS);
}

#[tokio::test]
async fn what_a_dead_node_was_doing_is_done_by_another_when_its_lease_is_over() {
    let peer = Peer::start(Kind::Radicale).await;
    let world = World::with(nearby()).await;
    let body = super::world::typed(&peer);
    assert_eq!(try_connect(&world, &world.bob, body).await.expect(200).json()["connected"], true);
    in_step(&world).await;
    // As a node leaves it that died after it had claimed the calendar, and written an event without saying so.
    let tenant = world.server.tenant(&world.owner).await;
    let until_ms = world.server.clock.now() + 300_000;
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
    sqlx::query("update calendar_connections set claim = gen_random_uuid(), claimed_until = $1")
        .bind(until_ms)
        .execute(&mut *tx)
        .await
        .expect("writes");
    tx.commit().await.expect("commits");
    let interview = world.plan(json!({})).await;
    tokio::time::sleep(A_WHILE).await;
    assert!(peer.event(&interview).await.is_none(), "it is the other node's");
    world.server.clock.advance(300_000);
    world.server.app.calendars().ring(tenant.id);
    until("the event", async || peer.event(&interview).await).await;
    // Written and not noted: it is found again, and there is one of it.
    in_step(&world).await;
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
    sqlx::query("delete from calendar_events").execute(&mut *tx).await.expect("writes");
    tx.commit().await.expect("commits");
    world.server.clock.advance(300_000);
    in_step(&world).await;
    let (text, _) = peer.event(&interview).await.expect("is there");
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 1);
}
