//! The schemas: of records from their declarations, of the rest written once here.

mod calendar;
mod held;
mod hosts;
mod jobs;
mod site;

use serde_json::{Map, Value, json};
use zumodra_shared::access::Role;
use zumodra_shared::kernel::limits::{MAX_BULK, MAX_RETENTION_MONTHS};
use zumodra_shared::schema::{EntityDef, json_schema};

use crate::http::resource;
use crate::notifications::actions::STATES;
use crate::tenants::actions::SURVEYS;

/// What a creation may leave out although a record must have it: the server fills it in.
const FILLED_IN: [&str; 3] = ["pipeline_id", "stage_id", "applied_at"];

/// Every schema by name.
#[must_use]
pub fn all() -> Map<String, Value> {
    let mut all = Map::new();
    for resource in resource::all() {
        of_kind(&mut all, resource.def);
    }
    let others = [
        sign_in(),
        own(),
        tenants(),
        held::all(),
        hosts::all(),
        jobs::all(),
        site::all(),
        server(),
        files(),
        mail(),
        privacy(),
        calendar::all(),
        actions(),
        history(),
    ];
    all.extend(others.into_iter().flatten().map(|(name, schema)| (name.to_owned(), schema)));
    for name in ["Membership", "Invitation", "Device", "HistoryStep"] {
        all.insert(format!("{name}Page"), page(name));
    }
    all
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn id() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

fn yes_no() -> Value {
    json!({ "type": "boolean" })
}

fn number() -> Value {
    json!({ "type": "integer" })
}

fn moment() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn role() -> Value {
    json!({ "type": "string", "enum": Role::ALL.map(Role::name) })
}

fn tenant() -> Value {
    object([("id!", id()), ("slug!", text()), ("name!", text())])
}

fn language() -> Value {
    json!({ "type": "string", "enum": ["en", "fr"] })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// An object with these members, of which the ones with a `!` must be there.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let required: Vec<&str> = members.iter().filter_map(|(name, _)| name.strip_suffix('!')).collect();
    let members: Map<String, Value> = members
        .iter()
        .map(|(name, schema)| (name.trim_end_matches('!').to_owned(), schema.clone()))
        .collect();
    json!({ "type": "object", "properties": members, "required": required })
}

fn page(name: &str) -> Value {
    object([
        ("count!", json!({ "type": "integer", "minimum": 0 })),
        ("next!", or_null(json!({ "type": "string", "format": "uri" }))),
        ("previous!", or_null(json!({ "type": "string", "format": "uri" }))),
        ("results!", json!({ "type": "array", "items": reference(name) })),
    ])
}

fn of_kind(all: &mut Map<String, Value>, def: &EntityDef) {
    let mut read = json_schema::object(def);
    for (name, schema) in [
        ("id", id()),
        ("created_at", moment()),
        ("created_by", or_null(id())),
        ("updated_at", moment()),
        ("updated_by", or_null(id())),
        ("deleted", yes_no()),
    ] {
        read["properties"][name] = schema;
        if let Some(required) = read["required"].as_array_mut() {
            required.push(name.into());
        }
    }
    all.insert(def.type_name.to_owned(), read);
    all.insert(format!("{}Page", def.type_name), page(def.type_name));
    if def.server {
        return;
    }
    let mut create = writable(def, |_| true);
    create["properties"]["id"] = json!({
        "type": "string",
        "format": "uuid",
        "description": "A UUID of version 7, to make the creation repeatable.",
    });
    create["required"] = def
        .fields
        .iter()
        .filter(|field| field.required && !FILLED_IN.contains(&field.name))
        .map(|field| field.name)
        .collect();
    all.insert(format!("{}Create", def.type_name), create);
    let mut patch = writable(def, |name| def.field(name).is_some_and(|field| !field.immutable));
    patch["required"] = json!([]);
    all.insert(format!("{}Patch", def.type_name), patch);
}

/// The fields that a body may have. Items of lists get an id where they have none.
fn writable(def: &EntityDef, keep: impl Fn(&str) -> bool) -> Value {
    let mut schema = json_schema::writable(def);
    schema["additionalProperties"] = false.into();
    if let Some(members) = schema["properties"].as_object_mut() {
        members.retain(|name, _| keep(name));
        for member in members.values_mut() {
            if let Some(items) = member.get_mut("items").filter(|items| items["type"] == "object") {
                items["required"] = json!([]);
                items["additionalProperties"] = false.into();
            }
        }
    }
    schema
}

fn sign_in() -> Vec<(&'static str, Value)> {
    let device = [("device_id", or_null(id())), ("device_name", text()), ("platform", text())];
    let with_device = |mut schema: Value| {
        for (name, member) in &device {
            schema["properties"][*name] = member.clone();
        }
        schema
    };
    vec![
        (
            "SignIn",
            with_device(object([
                ("email", text()),
                ("username", text()),
                ("password!", text()),
                ("workspace", or_null(text())),
            ])),
        ),
        (
            "SignUp",
            with_device(object([
                ("workspace!", text()),
                ("name!", text()),
                ("email!", text()),
                ("password!", text()),
                ("language", or_null(language())),
            ])),
        ),
        ("Accept", with_device(object([("token!", text()), ("name!", text()), ("password!", text())]))),
        (
            "SignedIn",
            object([
                ("access!", text()),
                ("refresh!", text()),
                ("device_id!", id()),
                ("tenant!", tenant()),
                ("role!", role()),
                ("user!", object([("id!", id()), ("name!", text()), ("email!", text())])),
            ]),
        ),
        ("Refresh", object([("refresh", or_null(text()))])),
        ("Tokens", object([("access!", text()), ("refresh!", text())])),
        ("Verify", object([("token!", text())])),
        ("Verified", object([("valid!", yes_no()), ("claims!", json!({ "type": "object" }))])),
    ]
}

fn own() -> Vec<(&'static str, Value)> {
    vec![
        (
            "Profile",
            object([
                ("name!", text()),
                ("email!", text()),
                ("role!", role()),
                ("language!", text()),
                ("daily_mail!", yes_no()),
                ("assignment_mail!", yes_no()),
                ("tenant!", tenant()),
                ("may!", json!({ "type": "array", "items": text() })),
                ("device_id!", id()),
            ]),
        ),
        (
            "ProfilePatch",
            object([
                ("name", or_null(text())),
                ("language", or_null(language())),
                ("daily_mail", or_null(yes_no())),
                ("assignment_mail", or_null(yes_no())),
            ]),
        ),
        ("PasswordChange", object([("current!", text()), ("password!", text())])),
        (
            "Device",
            object([
                ("id!", id()),
                ("user_id!", or_null(id())),
                ("name!", text()),
                ("platform!", text()),
                ("created_at!", number()),
                ("last_seen_at!", or_null(number())),
                ("revoked_at!", or_null(number())),
                ("signed_in!", yes_no()),
                ("current!", yes_no()),
            ]),
        ),
    ]
}

/// What a workspace chooses for itself: as it is read, and as it is changed.
fn settings() -> [Value; 2] {
    let mut patch = object([
        ("language", text()),
        ("currency", text()),
        ("timezone", text()),
        ("careers_title", text()),
        ("careers_tagline", text()),
        ("careers_about", text()),
        ("careers_color", text()),
        ("mail_reply_to", text()),
        ("careers_contact", text()),
        ("careers_email", text()),
        ("careers_linkedin_id", text()),
        ("careers_spontaneous", yes_no()),
        ("careers_survey", json!({ "type": "string", "enum": SURVEYS })),
        ("careers_privacy_url", text()),
        ("careers_terms_url", text()),
        ("careers_embed_origins", json!({ "type": "array", "items": text() })),
        ("retention_months", json!({ "type": "integer", "minimum": 0, "maximum": MAX_RETENTION_MONTHS })),
    ]);
    let mut read = patch.clone();
    read["properties"]["careers_logo"] = or_null(reference("Logo"));
    patch["properties"]["name"] = text();
    [read, patch]
}

fn tenants() -> Vec<(&'static str, Value)> {
    let [settings, patch] = settings();
    vec![
        (
            "Tenant",
            object([
                ("id!", id()),
                ("slug!", text()),
                ("name!", text()),
                ("state!", text()),
                ("settings!", settings),
                ("public_url!", text()),
                ("careers_url!", text()),
            ]),
        ),
        ("SettingsPatch", patch),
        (
            "Logo",
            object([("hash!", text()), ("media_type!", text()), ("width!", number()), ("height!", number())]),
        ),
        (
            "Membership",
            object([
                ("user_id!", id()),
                ("email!", text()),
                ("name!", text()),
                ("role!", role()),
                ("job_title!", text()),
                ("is_active!", yes_no()),
            ]),
        ),
        (
            "MembershipPatch",
            object([
                ("role", or_null(role())),
                ("job_title", or_null(text())),
                ("is_active", or_null(yes_no())),
            ]),
        ),
        ("InvitationCreate", object([("email!", text()), ("role!", role()), ("job_title", text())])),
        (
            "Invitation",
            object([
                ("id!", id()),
                ("email!", text()),
                ("role!", role()),
                ("job_title!", text()),
                ("invited_by!", or_null(id())),
                ("created_at!", number()),
                ("expires_at!", number()),
                ("accepted_at!", or_null(number())),
                ("revoked_at!", or_null(number())),
                ("token", text()),
            ]),
        ),
    ]
}

fn server() -> Vec<(&'static str, Value)> {
    vec![
        (
            "ApiRoot",
            object([
                ("name!", text()),
                ("version!", text()),
                ("api!", text()),
                ("records_version!", number()),
                ("schema!", text()),
                ("docs!", text()),
            ]),
        ),
        (
            "Health",
            object([("status!", text()), ("version", text()), ("database", text()), ("stopping", yes_no())]),
        ),
        (
            "Problem",
            object([
                ("type!", text()),
                ("title!", text()),
                ("status!", number()),
                ("code", text()),
                ("detail", text()),
                ("instance", text()),
                ("errors", json!({ "type": "object", "additionalProperties": text() })),
            ]),
        ),
    ]
}

fn files() -> Vec<(&'static str, Value)> {
    vec![
        (
            "FileBegin",
            object([
                ("hash!", json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" })),
                ("bytes!", json!({ "type": "integer", "minimum": 1 })),
                ("name!", text()),
                ("media_type!", text()),
            ]),
        ),
        (
            "FileProgress",
            object([
                ("state!", json!({ "type": "string", "enum": ["receiving", "ready"] })),
                ("received!", json!({ "type": "integer", "minimum": 0 })),
            ]),
        ),
        ("FileLink", object([("url!", text()), ("expires_at!", number())])),
    ]
}

fn mail() -> Vec<(&'static str, Value)> {
    let mail = object([
        ("id!", id()),
        ("template!", text()),
        ("to!", text()),
        ("to_name!", text()),
        ("language!", language()),
        ("state!", json!({ "type": "string", "enum": STATES })),
        ("tries!", number()),
        ("next_at!", or_null(number())),
        ("expires_at!", number()),
        ("problem!", text()),
        ("subject!", or_null(text())),
        ("message_id!", text()),
        ("created_at!", number()),
        ("updated_at!", number()),
        ("sent_at!", or_null(number())),
    ]);
    let with = |mut schema: Value, name: &str, member: Value| {
        schema["properties"][name] = member;
        if let Some(required) = schema["required"].as_array_mut() {
            required.push(name.into());
        }
        schema
    };
    vec![
        ("MailWithText", with(mail.clone(), "text", or_null(text()))),
        ("MailPage", with(page("Mail"), "configured", yes_no())),
        ("Mail", mail),
        ("PasswordResetAsk", object([("email!", text())])),
        ("PasswordReset", object([("token!", text()), ("password!", text())])),
    ]
}

fn privacy() -> Vec<(&'static str, Value)> {
    let list = |items: Value| json!({ "type": "array", "items": items });
    let asked = object([("candidate_id!", id()), ("asked_at!", number())]);
    let waiting =
        object([("device_id!", id()), ("user_id!", id()), ("name!", text()), ("last_seen_at!", number())]);
    let erasure = object([
        ("candidate_id!", id()),
        ("asked_at!", or_null(number())),
        ("erased_at!", number()),
        ("erased_by!", or_null(id())),
        ("documents!", number()),
        ("files!", number()),
        ("devices!", number()),
        ("waiting!", list(waiting)),
    ]);
    let done = list(json!({ "$ref": "#/components/schemas/Erasure" }));
    vec![
        ("SurveyReport", survey_report()),
        ("ConsentAsked", object([("candidate_id!", id()), ("asked_on!", text())])),
        ("Erasure", erasure),
        ("Erasures", object([("asked!", list(asked)), ("done!", done)])),
    ]
}

fn survey_report() -> Value {
    let list = |items: Value| json!({ "type": "array", "items": items });
    let told = || json!({ "type": "string", "enum": ["count", "fewer", "withheld"] });
    let answered =
        object([("name!", text()), ("text!", text()), ("told!", told()), ("count!", or_null(number()))]);
    let question = object([
        ("name!", text()),
        ("text!", text()),
        ("total!", object([("told!", told()), ("count!", or_null(number()))])),
        ("answers!", list(answered)),
    ]);
    object([
        ("form!", text()),
        ("half_year!", text()),
        ("latest!", text()),
        ("fewest_shown!", number()),
        ("questions!", list(question)),
    ])
}

fn history() -> Vec<(&'static str, Value)> {
    let one_of = |names: &[&str]| json!({ "type": "string", "enum": names });
    let items = || json!({ "type": "array", "items": {} });
    let pair = object([("before!", json!({})), ("after!", json!({}))]);
    let field = object([
        ("field!", text()),
        ("before!", json!({})),
        ("after!", json!({})),
        ("type!", one_of(&["value", "text", "set", "list"])),
        ("added", items()),
        ("removed", items()),
        ("changed", json!({ "type": "array", "items": pair })),
        ("reordered", yes_no()),
        ("overruled", json!({})),
        ("omitted", yes_no()),
    ]);
    let step = object([
        ("change!", text()),
        ("at!", moment()),
        ("by!", or_null(id())),
        ("author!", one_of(&["person", "server", "unknown"])),
        ("source!", one_of(&["server", "claimed"])),
        ("deed!", one_of(&["created", "changed", "deleted", "restored"])),
        ("fields!", json!({ "type": "array", "items": field })),
    ]);
    vec![("HistoryStep", step)]
}

fn actions() -> Vec<(&'static str, Value)> {
    let rating = or_null(json!({ "type": "integer", "minimum": 0, "maximum": 5 }));
    let column = object([
        ("id!", text()),
        ("name!", text()),
        ("kind!", text()),
        ("color", text()),
        ("target_days", or_null(number())),
        ("count!", number()),
        ("applications!", json!({ "type": "array", "items": reference("Application") })),
    ]);
    let mut note = writable(crate::ats::resources::NOTES.def, |name| name != "application_id");
    note["properties"]["id"] = id();
    note["required"] = json!(["body"]);
    vec![
        ("Arguments", json!({ "type": "object" })),
        ("Reason", object([("reason!", text())])),
        ("CloneJob", {
            let mut schema = object([("title", or_null(text()))]);
            schema["additionalProperties"] = false.into();
            schema
        }),
        (
            "Board",
            object([("job!", reference("Job")), ("stages!", json!({ "type": "array", "items": column }))]),
        ),
        ("MoveStage", object([("stage!", text())])),
        ("Reject", object([("reason!", text()), ("feedback", text())])),
        ("Reopen", object([("stage", or_null(text()))])),
        ("Assign", object([("assigned_to_id!", or_null(id()))])),
        ("Rate", object([("rating!", rating)])),
        ("TagChange", object([("tag!", id())])),
        ("ApplicationNote", note),
        (
            "Bulk",
            object([
                ("action!", json!({ "type": "string", "enum": crate::ats::BULK_STEPS })),
                ("ids!", json!({ "type": "array", "items": id(), "minItems": 1, "maxItems": MAX_BULK })),
                ("stage", text()),
                ("reason", text()),
                ("feedback", text()),
                ("assigned_to_id", or_null(id())),
            ]),
        ),
        (
            "BulkResult",
            object([
                ("done!", number()),
                ("refused!", number()),
                (
                    "results!",
                    json!({ "type": "array", "items": object([
                ("id!", id()), ("done!", yes_no()), ("problem", reference("Problem")),
            ]) }),
                ),
            ]),
        ),
    ]
}
