//! The foundation over a real PostgreSQL: tenants, accounts, files, HTTP, and the program itself.

mod support;

#[path = "foundation/accounts.rs"]
mod accounts;
#[path = "foundation/files.rs"]
mod files;
#[path = "foundation/http.rs"]
mod http;
#[path = "foundation/members.rs"]
mod members;
#[path = "foundation/program.rs"]
mod program;
#[path = "foundation/tenancy.rs"]
mod tenancy;
