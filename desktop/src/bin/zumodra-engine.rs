//! The engine without a window: commands as JSON lines on standard input, answers and events as JSON lines on standard
//! output. Tests drive it, and kill it.
//!
//! In: `{"id": 1, "command": "list", "args": {…}}`, with names and arguments as the window has them. Out:
//! `{"id": 1, "ok": …}` or `{"id": 1, "error": {code, message, fields}}`, and `{"event": "sync", "payload": …}`.

use std::io::Write as _;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::sync::broadcast::error::RecvError;
use zumodra_desktop::engine::{Engine, ask};

#[derive(Deserialize)]
struct Line {
    id: Value,
    command: String,
    #[serde(default)]
    args: Value,
}

/// Writes one line whole. When nobody reads any more, the answers have no purpose.
fn say(line: &Value) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("ZUMODRA_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let engine = Engine::start_for_person().await.map_err(|problem| problem.to_string())?;
    let mut events = engine.subscribe();
    tokio::spawn(async move {
        loop {
            let event = match events.recv().await {
                Ok(event) => event,
                Err(RecvError::Lagged(_)) => Engine::everything_changed(),
                Err(RecvError::Closed) => return,
            };
            say(&json!({ "event": event.name(), "payload": event.payload() }));
        }
    });
    say(&json!({ "event": "session", "payload": engine.session() }));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let Ok(Line { id, command, args }) = serde_json::from_str(&line) else {
            say(
                &json!({ "id": null, "error": { "code": "bad-request", "message": "Not a command.", "fields": {} } }),
            );
            continue;
        };
        let engine = engine.clone();
        tokio::spawn(async move {
            match engine.ask(&command, args).await {
                Ok(answer) => say(&json!({ "id": id, "ok": answer })),
                Err(problem) => say(&json!({ "id": id, "error": ask::shown(&problem) })),
            }
        });
    }
    engine.shut_down().await;
    Ok(())
}
