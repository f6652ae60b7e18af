//! How a world begins: members, a pipeline, jobs, candidates and applications; and how roles change.

use rand::Rng;
use serde_json::json;
use zumodra_desktop::replica::Identity;
use zumodra_shared::access::Role;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry;
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::tenants::DEFAULT_STAGES;

use super::host::Host;
use super::server::Person;
use super::world::World;

/// Roles of the replicas, the first three always there.
const ROLES: [Role; 8] = [
    Role::Recruiter,
    Role::HiringManager,
    Role::Viewer,
    Role::Admin,
    Role::Employee,
    Role::Recruiter,
    Role::HiringManager,
    Role::HrManager,
];
/// Ten years, by which a clock may be wrong.
const TEN_YEARS_MS: i64 = 10 * 365 * 86_400_000;
/// The pipeline that everything begins with.
pub const PIPELINE: RecordId = RecordId::from_u128(0x100);
/// Jobs at the beginning.
const JOBS: u128 = 2;
/// Candidates at the beginning, each with an application.
const CANDIDATES: u128 = 3;

/// The id of a stage of the first pipeline.
pub fn stage(at: usize) -> String {
    format!("s{}", at % DEFAULT_STAGES.len())
}

/// The id of a member.
pub fn member(at: usize) -> RecordId {
    RecordId::from_u128(0x1000 + at as u128)
}

fn put(world: &mut World, kind: &str, id: RecordId, fields: &serde_json::Value) {
    let def = registry::by_name(kind);
    let edits = def.zip(fields.as_object()).map(|(def, fields)| edits_for(def, fields)).unwrap_or_default();
    let now = world.now;
    if let Err(problem) = world.model.edit(kind, id, &edits, true, now) {
        world.fail(format!("the beginning of the world: {kind}: {problem} {:?}", problem.fields));
    }
}

/// Makes the tenant and its replicas.
pub fn furnish(world: &mut World) {
    // Small worlds are lived through fast; now and then there is a crowd.
    let replicas = if world.rng.random_range(0..8) == 0 { world.rng.random_range(5..=8) } else { 3 };
    for (at, role) in ROLES.iter().take(replicas).enumerate() {
        let (user, device) = (member(at), RecordId::from_u128(0x2000 + at as u128));
        world.model.people.insert(user, Person { role: *role, device });
        let fields = json!({ "name": format!("Person {at}"), "role": role.name(), "is_active": true });
        put(world, "members", user, &fields);
        let identity =
            Identity { user_id: user, device_id: device, tenant_id: world.model.tenant, role: *role };
        let skew_ms = match world.rng.random_range(0..3) {
            0 => 0,
            1 => world.rng.random_range(-60_000..60_000),
            _ => world.rng.random_range(-TEN_YEARS_MS..TEN_YEARS_MS),
        };
        match Host::new(&identity, world.seed.wrapping_mul(31).wrapping_add(at as u64), skew_ms) {
            Ok(host) => world.hosts.push(host),
            Err(problem) => world.fail(format!("replica {at} does not open: {problem}")),
        }
    }
    let stages: Vec<serde_json::Value> = DEFAULT_STAGES
        .iter()
        .enumerate()
        .map(|(at, (name, kind, days))| json!({ "id": stage(at), "name": name, "kind": kind, "target_days": days }))
        .collect();
    put(world, "pipelines", PIPELINE, &json!({ "name": "Hiring", "is_default": true, "stages": stages }));
    for at in 0..JOBS {
        let manager = member(world.rng.random_range(0..replicas)).to_string();
        let fields = json!({
            "title": format!("Job {at}"),
            "description": "What the work is.",
            "pipeline_id": PIPELINE.to_string(),
            "hiring_manager_id": manager,
        });
        put(world, "jobs", RecordId::from_u128(0x200 + at), &fields);
    }
    for at in 0..CANDIDATES {
        let candidate = RecordId::from_u128(0x300 + at);
        put(world, "candidates", candidate, &json!({ "first_name": format!("Candidate {at}") }));
        let contact = json!({ "candidate_id": candidate.to_string(), "email": format!("c{at}@example.org") });
        put(world, "candidate_contacts", RecordId::from_u128(0x400 + at), &contact);
        let application = json!({
            "candidate_id": candidate.to_string(),
            "job_id": RecordId::from_u128(0x200 + at % JOBS).to_string(),
            "pipeline_id": PIPELINE.to_string(),
            "stage_id": stage(0),
        });
        put(world, "applications", RecordId::from_u128(0x500 + at), &application);
    }
    world.model.take_touched();
}

/// Gives somebody another role; others hear of it as soon as the server tells.
pub fn change_role(world: &mut World) {
    let at = world.rng.random_range(0..world.hosts.len());
    let role = ROLES[world.rng.random_range(0..ROLES.len())];
    let (user, now) = (world.hosts[at].user, world.now);
    world.counts.role_changes += 1;
    world.note(|| format!("person {at} becomes {}", role.name()));
    world.model.set_role(user, role, now);
    world.tell();
}
