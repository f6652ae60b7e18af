//! Letters that some of the demo workspace's candidates sent beside their résumés.

use anyhow::Result;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::http::{Http, Signed};

/// One of so many candidates wrote one.
pub const EACH: usize = 5;

/// Uploads somebody's letter. Gives the record that names it.
///
/// # Errors
/// When the server does not take it.
pub async fn send(http: &Http, by: &Signed, candidate: Uuid, person: &Value) -> Result<Value> {
    let of = |field: &str| person[field].as_str().unwrap_or_default();
    let name = format!("{} {}", of("first_name"), of("last_name"));
    let text = format!(
        "Dear hiring team,\n\nwhat you build is what I use. I would like to show you how I work: for an hour, or a day, \
         whenever it suits you.\n\nKind regards,\n{}\n",
        name.trim()
    );
    let hash = format!("{:x}", Sha256::digest(text.as_bytes()));
    let file = format!("Letter {}.txt", name.trim());
    http.upload(by, &hash, &file, "text/plain", text.as_bytes()).await?;
    Ok(json!({
        "candidate_id": candidate, "kind": "cover_letter", "name": file, "file_hash": hash, "media_type": "text/plain",
        "bytes": text.len(),
    }))
}
