//! The doorbell over PostgreSQL: NOTIFY from a connection of its own, and LISTEN on another.
//!
//! A NOTIFY takes a lock of the whole database until its transaction ends, so it is never part of a transaction that
//! writes: in there it cuts thousands of commits a second to hundreds. The notifier's own transactions hold nothing but
//! the NOTIFY and do not wait for the disk, since a ring that is lost costs nothing but time.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgListener, PgPoolOptions};
use sqlx::{Connection as _, Executor as _};

/// The channel; PostgreSQL keeps the channels of each database apart.
const CHANNEL: &str = "zumodra";

/// Rings.
pub struct Bell {
    connection: PgConnection,
}

impl Bell {
    pub async fn connect(options: &PgConnectOptions) -> sqlx::Result<Self> {
        let options = options.clone().application_name("zumodra bell");
        let mut connection = PgConnection::connect_with(&options).await?;
        connection.execute("set synchronous_commit to off").await?;
        Ok(Self { connection })
    }

    pub async fn ring(&mut self, messages: &[String]) -> sqlx::Result<()> {
        sqlx::query("select pg_notify($1, message) from unnest($2::text[]) as message")
            .bind(CHANNEL)
            .bind(messages)
            .execute(&mut self.connection)
            .await
            .map(|_| ())
    }
}

/// Hears the bells of all nodes.
pub struct Ear {
    listener: PgListener,
}

impl Ear {
    pub async fn connect(options: &PgConnectOptions, within: Duration) -> sqlx::Result<Self> {
        // The listener wants a pool; it keeps this one connection for as long as it lives.
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(within)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_with(options.clone().application_name("zumodra ear"))
            .await?;
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.ignore_pool_close_event(true);
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        Ok(Self { listener })
    }

    /// The next message; none when the connection was lost.
    pub async fn next(&mut self) -> sqlx::Result<Option<String>> {
        Ok(self.listener.try_recv().await?.map(|heard| heard.payload().to_owned()))
    }
}
