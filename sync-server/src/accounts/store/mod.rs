//! The SQL of accounts, in the public schema.

pub(super) mod devices;
pub(super) mod invitations;
pub(super) mod members;
pub(super) mod resets;
pub(super) mod tokens;
pub(super) mod users;
