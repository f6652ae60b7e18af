//! The doorbell over Redis: publish and subscribe, for installations whose PostgreSQL is to be spared.

use std::pin::Pin;

use futures_util::{Stream, StreamExt as _};
use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands as _, Client, Msg, RedisResult};

/// Rings.
pub struct Bell {
    connection: MultiplexedConnection,
    channel: String,
}

impl Bell {
    pub async fn connect(client: &Client, channel: &str) -> RedisResult<Self> {
        let connection = client.get_multiplexed_async_connection().await?;
        Ok(Self { connection, channel: channel.to_owned() })
    }

    pub async fn ring(&mut self, messages: &[String]) -> RedisResult<()> {
        for message in messages {
            let _hearing: i64 = self.connection.publish(&self.channel, message).await?;
        }
        Ok(())
    }
}

/// Hears the bells of all nodes.
pub struct Ear {
    messages: Pin<Box<dyn Stream<Item = Msg> + Send>>,
}

impl Ear {
    pub async fn connect(client: &Client, channel: &str) -> RedisResult<Self> {
        let mut connection = client.get_async_pubsub().await?;
        connection.subscribe(channel).await?;
        Ok(Self { messages: Box::pin(connection.into_on_message()) })
    }

    /// The next message; none when the connection was lost.
    pub async fn next(&mut self) -> RedisResult<Option<String>> {
        match self.messages.next().await {
            Some(message) => message.get_payload().map(Some),
            None => Ok(None),
        }
    }
}
