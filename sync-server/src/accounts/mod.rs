//! People: accounts over many workspaces, memberships with roles, devices, sign-in, invitations, and forgotten passwords.
//!
//! Invariant: whether somebody may act is read from the database (believed for a few seconds), never from a token alone.

pub mod keys;
pub mod model;
mod own;
pub mod password;
pub mod sessions;
pub mod token;

mod store;

pub mod devices;
pub mod directory;
pub mod invitations;
pub mod members;
pub mod mirror;
pub mod profile;
pub mod refresh;
pub mod reset;
pub mod sign_in;
pub mod sign_up;

pub mod pages;
pub mod routes;
mod words;

/// Forgets what has run out: refresh tokens, counted failures, devices that never came back.
///
/// # Errors
/// When the database cannot be written.
pub async fn sweep(app: &crate::app::App) -> crate::error::Result<()> {
    let now = app.now();
    let mut tx = app.db().public().await?;
    store::tokens::forget_expired(&mut tx, now).await?;
    store::resets::forget_expired(&mut tx, now).await?;
    store::users::forget_failures(&mut tx, now - crate::limits::LOCKOUT_MS).await?;
    store::devices::forget_unseen(&mut tx, now - crate::limits::UNSEEN_DEVICE_MS).await?;
    tx.commit().await?;
    Ok(())
}
