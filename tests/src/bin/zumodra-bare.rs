//! Nothing but axum: one page, always the same bytes, with the headers that a page has. What a server in Rust can do at
//! most on a machine, beside which the career pages are measured: `zumodra-bare PORT FILE`.

use std::net::Ipv4Addr;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::http::header;
use axum::routing::get;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().context("which port")?.parse().context("the port is a number")?;
    let file = arguments.next().context("which file")?;
    let page: &'static [u8] = Box::leak(std::fs::read(&file).context("read the page")?.into_boxed_slice());
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    let router = Router::new().route("/", get(move || async move { (headers, page) }));
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    Ok(axum::serve(listener, router).await?)
}
