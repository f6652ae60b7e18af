//! Files: uploads that wait their turn and go on where they were cut, downloads that are checked and kept.

use std::sync::Arc;
use std::time::Duration;

use zumodra_shared::kernel::{Code, Problem};

use super::http::sha256;
use crate::engine::Workspace;
use crate::replica::{StoredFile, file};

/// Bytes of one piece of an upload.
const PIECE_BYTES: usize = 4 << 20;
/// Wait after a failure, doubled with each, in milliseconds.
const RETRY_FIRST_MS: u64 = 1_000;
const RETRY_MAX_MS: u64 = 60_000;

/// Sends what waits, for as long as the workspace is open.
pub async fn uploads(workspace: Arc<Workspace>) {
    let mut wait_ms = RETRY_FIRST_MS;
    loop {
        match next(&workspace).await {
            Ok(true) => wait_ms = RETRY_FIRST_MS,
            Ok(false) => {
                workspace.files_waiting.notified().await;
                wait_ms = RETRY_FIRST_MS;
            }
            Err(problem) => {
                tracing::info!(code = %problem.code, "an upload waits");
                let woken = workspace.files_waiting.notified();
                let _ = tokio::time::timeout(Duration::from_millis(wait_ms), woken).await;
                wait_ms = (wait_ms * 2).min(RETRY_MAX_MS);
            }
        }
    }
}

/// Whether a refusal of a file is for good.
const fn is_final(code: Code) -> bool {
    matches!(
        code,
        Code::InvalidFields
            | Code::TooLarge
            | Code::UnsupportedFile
            | Code::Forbidden
            | Code::BadRequest
            | Code::QuotaReached
    )
}

/// Sends the next file. Says whether there was one.
async fn next(workspace: &Arc<Workspace>) -> Result<bool, Problem> {
    let Some(file) = workspace.store(|replica, _| replica.next_upload()).await? else { return Ok(false) };
    match send(workspace, &file).await {
        Ok(()) => workspace.store(move |replica, now| replica.uploaded(&file.hash, now)).await?,
        Err(problem) if is_final(problem.code) => {
            workspace.store(move |replica, now| replica.upload_refused(&file.hash, &problem, now)).await?;
        }
        Err(problem) => {
            if problem.code == Code::TokenExpired || problem.code == Code::Unauthenticated {
                workspace.tokens.refused().await;
            }
            return Err(problem);
        }
    }
    Ok(true)
}

async fn send(workspace: &Arc<Workspace>, file: &StoredFile) -> Result<(), Problem> {
    let server = workspace.account().server;
    let token = workspace.tokens.access(workspace).await?;
    let http = &workspace.http;
    let begun =
        http.begin_upload(&server, &token, &file.hash, file.bytes.len(), &file.name, &file.media_type);
    let mut progress = begun.await?;
    while progress.state != "ready" {
        let from = usize::try_from(progress.received).unwrap_or(usize::MAX);
        let piece = file.bytes.get(from..).ok_or_else(|| Problem::new(Code::FileMismatch))?;
        let piece = piece[..piece.len().min(PIECE_BYTES)].to_vec();
        let sent = piece.len();
        progress = http.send_piece(&server, &token, &file.hash, from, piece).await?;
        if progress.state != "ready" && (sent == 0 || progress.received <= from as u64) {
            // A server that takes bytes and counts none would be sent the same ones for ever.
            return Err(Problem::new(Code::Unavailable));
        }
    }
    Ok(())
}

/// The bytes of a file: from the local copy, or from the server.
///
/// # Errors
/// [`Code::Offline`] when it is not here and the server cannot be reached; the server's refusal.
pub async fn fetch(workspace: &Arc<Workspace>, hash: String) -> Result<Vec<u8>, Problem> {
    let wanted = hash.clone();
    if let Some(file) = workspace.query(move |conn, _| file(conn, &wanted)).await? {
        return Ok(file.bytes);
    }
    let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !is_hash {
        return Err(Problem::new(Code::NotFound));
    }
    let token = workspace.tokens.access(workspace).await?;
    let (bytes, media_type) = workspace.http.download(&workspace.account().server, &token, &hash).await?;
    let stored = StoredFile { hash, name: String::new(), media_type, bytes: bytes.clone() };
    workspace.store(move |replica, now| replica.cache(&stored, now)).await?;
    Ok(bytes)
}

/// Makes a file of what the person chose, by what its content is.
///
/// # Errors
/// [`Code::UnsupportedFile`] for anything but PDF, DOCX, ODT and text.
pub fn file_of(name: &str, bytes: Vec<u8>) -> Result<StoredFile, Problem> {
    let extension = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    let zip = bytes.starts_with(b"PK\x03\x04");
    let media_type = match extension.as_str() {
        "pdf" if bytes.starts_with(b"%PDF-") => "application/pdf",
        "docx" if zip => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "odt" if zip => "application/vnd.oasis.opendocument.text",
        "txt" if std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains('\0')) => "text/plain",
        _ => return Err(Problem::new(Code::UnsupportedFile)),
    };
    Ok(StoredFile { hash: sha256(&bytes), name: name.to_owned(), media_type: media_type.to_owned(), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_content_says() {
        assert_eq!(
            file_of("cv.PDF", b"%PDF-1.7 ...".to_vec()).expect("is one").media_type,
            "application/pdf"
        );
        assert_eq!(file_of("cv.txt", b"Hello".to_vec()).expect("is one").media_type, "text/plain");
        for (name, bytes) in
            [("cv.pdf", &b"PK\x03\x04"[..]), ("cv.exe", b"%PDF-1.7"), ("cv", b"x"), ("cv.txt", b"\xff")]
        {
            assert!(file_of(name, bytes.to_vec()).is_err_and(|p| p.code == Code::UnsupportedFile), "{name}");
        }
    }
}
