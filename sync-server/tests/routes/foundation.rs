//! The foundation over a real PostgreSQL: tenants, accounts, files, HTTP, and the program itself.

mod accounts;
mod files;
mod http;
mod members;
pub mod program;
mod tenancy;
