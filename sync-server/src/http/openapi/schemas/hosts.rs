//! The schemas of hosts of a workspace's own.

use serde_json::{Value, json};

use super::{id, number, object, or_null, reference, text, yes_no};

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let one_of = |names: &[&str]| json!({ "type": "string", "enum": names });
    let at = || or_null(number());
    let record =
        object([("type!", one_of(&["TXT", "CNAME", "A", "AAAA"])), ("name!", text()), ("value!", text())]);
    let claim = object([
        ("id!", id()),
        ("host!", text()),
        ("state!", one_of(&["waiting", "verified", "lost"])),
        ("seen!", or_null(one_of(&["found", "absent", "other", "silent", "taken"]))),
        ("points_here!", yes_no()),
        ("is_vouched!", yes_no()),
        ("records!", json!({ "type": "array", "items": record })),
        ("created_at!", number()),
        ("checked_at!", at()),
        ("verified_at!", at()),
        ("ends_at!", at()),
    ]);
    let claims = json!({ "type": "array", "items": reference("HostClaim") });
    vec![
        ("HostClaim", claim),
        ("HostClaims", object([("count!", number()), ("results!", claims)])),
        ("HostWanted", object([("host!", text())])),
    ]
}
