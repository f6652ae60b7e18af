//! Whether the server lives, and whether it can work.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::App;

/// The process answers.
pub async fn live() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// The server can take requests: the database answers, and nobody told it to stop.
pub async fn ready(State(app): State<App>) -> (StatusCode, Json<Value>) {
    let (status, body) = state(&app).await;
    (status, Json(json!({"status": body["status"]})))
}

/// Everything at once, for people.
pub async fn health(State(app): State<App>) -> (StatusCode, Json<Value>) {
    let (status, body) = state(&app).await;
    (status, Json(body))
}

async fn state(app: &App) -> (StatusCode, Value) {
    let stopping = app.shutdown().is_cancelled();
    let database = app.db().answers().await;
    let ok = database && !stopping;
    let body = json!({
        "status": if ok { "ok" } else { "unavailable" },
        "version": env!("CARGO_PKG_VERSION"),
        "database": if database { "ok" } else { "unreachable" },
        "stopping": stopping,
    });
    (if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, body)
}
