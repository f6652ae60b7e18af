//! The description of the REST API: OpenAPI 3.1, made from the record declarations and one table of the other routes.

mod operations;
mod schemas;

use std::sync::LazyLock;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, extract::State};
use serde_json::{Map, Value, json};
use zumodra_shared::registry::SCHEMA_VERSION;

use crate::app::App;

/// Where the description is.
pub const ADDRESS: &str = "/api/schema/openapi.json";

static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

/// The routes of the description.
pub fn router() -> Router<App> {
    Router::new()
        .route("/api/", get(root))
        .route("/api/docs/", get(docs))
        .route(ADDRESS, get(|| async { Json(DOCUMENT.clone()) }))
}

async fn root(State(app): State<App>) -> Json<Value> {
    let url = app.config().public_url();
    Json(json!({
        "name": "Zumodra",
        "version": env!("CARGO_PKG_VERSION"),
        "api": "v1",
        "records_version": SCHEMA_VERSION,
        "schema": format!("{url}{ADDRESS}"),
        "docs": format!("{url}/api/docs/"),
    }))
}

/// The operations as a plain page: no scripts, nothing from elsewhere.
async fn docs() -> Response {
    let mut rows = String::new();
    for operation in operations::all() {
        rows.push_str(&format!(
            "<tr><td><code>{}</code><td><code>{}</code><td>{}<td>{}\n",
            operation.method.to_uppercase(),
            operation.path,
            operation.summary,
            if operation.signed_in { "token" } else { "" },
        ));
    }
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Zumodra API</title>
<h1>Zumodra API</h1>
<p>The whole description, for programs: <a href=\"{ADDRESS}\">OpenAPI 3.1</a>.</p>
<table><thead><tr><th>Method<th>Address<th>What it does<th>Needs</thead><tbody>
{rows}</tbody></table></html>"
    );
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    ([(header::CONTENT_TYPE, html)], page).into_response()
}

/// Every operation that the description has: (method in upper case, path).
#[must_use]
pub fn documented() -> Vec<(String, String)> {
    operations::all().into_iter().map(|operation| (operation.method.to_uppercase(), operation.path)).collect()
}

/// The description as a whole.
#[must_use]
pub fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations::all() {
        let path = paths.entry(operation.path.clone()).or_insert_with(|| json!({}));
        path[operation.method] = operation.described();
    }
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Zumodra",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Recruiting in one workspace. A list and a record show what the signed-in person's role \
                may see; what it may not see is not there: an empty list, and 404.",
            "license": { "name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }],
        "tags": operations::TAGS.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
            },
            "schemas": schemas::all(),
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every value of a key, anywhere in the document.
    fn values_of<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v Value>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get(key));
                members.values().for_each(|member| values_of(member, key, found));
            }
            Value::Array(items) => items.iter().for_each(|item| values_of(item, key, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_schema_is_used() {
        let document = document();
        let mut references = Vec::new();
        values_of(&document, "$ref", &mut references);
        let used: BTreeSet<&str> =
            references.iter().filter_map(|r| r.as_str()?.strip_prefix("#/components/schemas/")).collect();
        let there: BTreeSet<&str> = document["components"]["schemas"]
            .as_object()
            .expect("schemas")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(used, there);
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_and_names_the_parts_of_its_path() {
        let document = document();
        let mut names = Vec::new();
        values_of(&document["paths"], "operationId", &mut names);
        let distinct: BTreeSet<&str> = names.iter().filter_map(|name| name.as_str()).collect();
        assert_eq!((names.len(), distinct.len()), (documented().len(), documented().len()));
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for operation in methods.as_object().expect("methods").values() {
                let declared = operation["parameters"].as_array().into_iter().flatten();
                let declared = declared.filter(|p| p["in"] == "path").count();
                assert_eq!(declared, path.matches('{').count(), "{path}");
            }
        }
    }
}
