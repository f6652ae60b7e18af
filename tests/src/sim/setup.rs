//! How a world begins: members, a pipeline, jobs, candidates and applications; and how roles change.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use zumodra_desktop::replica::Identity;
use zumodra_shared::access::Role;
use zumodra_shared::ats::pipeline_templates::{STANDARD, StageTemplate};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry::{self, KINDS};
use zumodra_shared::schema::EntityDef;
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::sync::server::POLL_MS;

use super::host::Host;
use super::nodes::Node;
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
pub const TEN_YEARS_MS: i64 = 10 * 365 * 86_400_000;
/// In one of so many worlds a replica is in a file.
const WORLDS_PER_DISK: u64 = 16;
/// One of so many replicas is old.
const OLD_REPLICAS: u32 = 8;
/// One of so many nodes is older than the replicas.
const OLD_NODES: u32 = 5;
/// Kinds to which nothing else refers: one that was added later is like them.
const ADDED_KINDS: [&str; 3] = ["tags", "notes", "candidate_contacts"];
/// The pipeline that everything begins with.
pub const PIPELINE: RecordId = RecordId::from_u128(0x100);
/// Jobs at the beginning.
const JOBS: u128 = 2;
/// Candidates at the beginning, each with an application.
const CANDIDATES: u128 = 3;

/// The id of a stage of the first pipeline.
pub fn stage(at: usize) -> String {
    format!("s{}", at % STANDARD.len())
}

/// The stages of the first pipeline.
pub fn stages() -> Vec<serde_json::Value> {
    let stage = |(at, it): (usize, &StageTemplate)| json!({ "id": stage(at), "name": it.name.en, "kind": it.kind.name(), "target_days": it.target_days });
    STANDARD.iter().enumerate().map(stage).collect()
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
        let on_disk = at == 0 && world.seed.is_multiple_of(WORLDS_PER_DISK);
        let skew_ms = match world.rng.random_range(0..3) {
            0 => 0,
            1 => world.rng.random_range(-60_000..60_000),
            _ => world.rng.random_range(-TEN_YEARS_MS..TEN_YEARS_MS),
        };
        let older = world.rng.random_range(0..OLD_REPLICAS) == 0;
        let older = older.then(|| added_kind(&mut world.rng));
        match Host::new(&identity, world.seed.wrapping_mul(31).wrapping_add(at as u64), on_disk) {
            Ok(mut host) => {
                (host.skew_ms, host.older) = (skew_ms, older);
                world.hosts.push(host);
            }
            Err(problem) => world.fail(format!("replica {at} does not open: {problem}")),
        }
    }
    put(world, "pipelines", PIPELINE, &json!({ "name": "Hiring", "is_default": true, "stages": stages() }));
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
    let people = world.model.people_changes().len();
    let nodes = if world.rng.random_range(0..4) == 0 { 1 } else { 2 };
    let older = added_kind(&mut world.rng);
    for _ in 0..nodes {
        let older = (world.rng.random_range(0..OLD_NODES) == 0).then_some(older);
        let look_at = world.now + world.rng.random_range(0..POLL_MS);
        world.nodes.push(Node::begin(older, look_at, people));
    }
}

/// A kind that old replicas and nodes do not know.
fn added_kind(rng: &mut ChaCha8Rng) -> &'static EntityDef {
    let name = ADDED_KINDS[rng.random_range(0..ADDED_KINDS.len())];
    KINDS.iter().find(|def| def.name == name).unwrap_or(&KINDS[0])
}

/// Gives somebody another role; others hear of it as soon as the server tells.
pub fn change_role(world: &mut World) {
    let at = world.rng.random_range(0..world.hosts.len());
    let role = match world.rng.random_range(0..4) {
        // Who may still read, and no longer write, is refused rather than purged.
        0 => Role::Viewer,
        _ => ROLES[world.rng.random_range(0..ROLES.len())],
    };
    let node = world.rng.random_range(0..world.nodes.len());
    let (user, now, from) = (world.hosts[at].user, world.clock(node), world.model.head());
    world.counts.role_changes += 1;
    world.note(|| format!("person {at} becomes {}", role.name()));
    world.model.set_role(user, role, now);
    world.tell(node, from);
}
