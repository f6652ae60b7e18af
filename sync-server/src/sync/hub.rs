//! Who wants to know that a tenant's log advanced: the sockets of this node.
//!
//! A wake-up carries no data. The log is the truth, so a lost wake-up costs latency and never data. What other nodes
//! write is rung (`doorbell`) and read once for all sockets of a tenant (`news`); every few seconds somebody looks
//! without having heard anything.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, Semaphore, broadcast, mpsc};
use zumodra_shared::kernel::RecordId;

use super::news::{self, Owners};
use super::presence;
use super::tail::{Commit, Tail};
use super::writer::{self, Job};
use crate::app::App;
use crate::doorbell::Ring;
use crate::tenants::Tenant;

/// Wake-ups that a slow socket may have waiting; more are one.
const MAX_WAKES: usize = 16;
/// Large pushes that are inspected and wait for a writer at a time: each takes up to some ten megabytes.
const MAX_LARGE_PUSHES: usize = 8;
/// Writes that may wait for a tenant's writer.
const MAX_WAITING_JOBS: usize = 256;

/// What a socket is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wake {
    /// The log advanced.
    Log,
    /// These people's role or jobs changed.
    People(Arc<Vec<RecordId>>),
    /// These jobs changed on another node, and are these people's now.
    Owners(Arc<Owners>),
    /// A device's session ended.
    Device(RecordId),
    /// A device opened a newer connection: any older one of it ends.
    Superseded(RecordId),
    /// Nobody may stay.
    Everybody,
}

#[derive(Clone)]
struct Room {
    wakes: broadcast::Sender<Wake>,
    jobs: mpsc::Sender<Job>,
    tail: Arc<Mutex<Tail>>,
    /// Another node wrote.
    rung: Arc<Notify>,
    tenant: Arc<Tenant>,
}

impl Room {
    fn doubt(&self) {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner).doubt();
        self.rung.notify_one();
    }
}

/// Stands for a connection on another node.
const ELSEWHERE: u64 = u64::MAX;

/// The tenants that are in use on this node.
#[derive(Clone)]
pub struct Hub {
    rooms: Arc<Mutex<HashMap<RecordId, Room>>>,
    large_pushes: Arc<Semaphore>,
    /// The newest connection of each connected device, and the number that the next connection gets.
    connections: Arc<Mutex<(HashMap<RecordId, u64>, u64)>>,
    /// How often each tenant's log was heard to have advanced, and how often it is unknown whose did.
    writes: Arc<Mutex<(HashMap<RecordId, u64>, u64)>>,
}

impl Default for Hub {
    fn default() -> Self {
        let large_pushes = Arc::new(Semaphore::new(MAX_LARGE_PUSHES));
        Self { rooms: Arc::default(), large_pushes, connections: Arc::default(), writes: Arc::default() }
    }
}

impl Hub {
    /// The turns of large pushes on this node.
    pub(super) fn large_pushes(&self) -> Arc<Semaphore> {
        Arc::clone(&self.large_pushes)
    }

    fn room(&self, app: &App, tenant: &Arc<Tenant>) -> Room {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get(&tenant.id)
            && !room.jobs.is_closed()
        {
            return room.clone();
        }
        let (wakes, _) = broadcast::channel(MAX_WAKES);
        let (jobs, waiting) = mpsc::channel(MAX_WAITING_JOBS);
        let tenant = Arc::clone(tenant);
        let room =
            Room { wakes, jobs, tail: Arc::default(), rung: Arc::default(), tenant: Arc::clone(&tenant) };
        rooms.insert(tenant.id, room.clone());
        let writer = writer::Writer::new(app.clone(), Arc::clone(&tenant), self.clone());
        app.tasks().spawn(writer.run(waiting));
        app.tasks().spawn(news::watch(app.clone(), tenant, Arc::clone(&room.rung)));
        room
    }

    /// Listens to a tenant.
    #[must_use]
    pub fn listen(&self, app: &App, tenant: &Arc<Tenant>) -> broadcast::Receiver<Wake> {
        self.room(app, tenant).wakes.subscribe()
    }

    pub(super) fn is_listened_to(&self, tenant_id: RecordId) -> bool {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.get(&tenant_id).is_some_and(|room| room.wakes.receiver_count() > 0)
    }

    /// Does something with the end of a tenant's log. None when nobody of the tenant is here.
    pub(super) fn tail<T>(&self, tenant_id: RecordId, work: impl FnOnce(&mut Tail) -> T) -> Option<T> {
        let tail = {
            let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(&rooms.get(&tenant_id)?.tail)
        };
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        Some(work(&mut tail))
    }

    /// A number that grows whenever a tenant's log is heard to have advanced, here or on another node. What was read
    /// while it stood still is not known to be old.
    #[must_use]
    pub fn writes(&self, tenant_id: RecordId) -> u64 {
        let writes = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
        writes.0.get(&tenant_id).copied().unwrap_or_default() + writes.1
    }

    fn wrote(&self, tenant_id: RecordId) {
        *self.writes.lock().unwrap_or_else(PoisonError::into_inner).0.entry(tenant_id).or_default() += 1;
    }

    /// Takes up what a writer committed, and wakes the tenant's sockets and the other nodes.
    pub(super) fn committed(&self, app: &App, tenant_id: RecordId, commit: Commit) {
        self.wrote(tenant_id);
        if self.tail(tenant_id, |tail| tail.push(commit)) == Some(false) {
            self.rung(tenant_id);
        } else {
            self.wake(tenant_id, Wake::Log);
        }
        app.doorbell().ring(Ring::Log(tenant_id));
    }

    /// Another node wrote to a tenant's log: it is looked at soon.
    pub fn rung(&self, tenant_id: RecordId) {
        self.wrote(tenant_id);
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get(&tenant_id) {
            room.doubt();
        }
    }

    /// Nobody knows which logs advanced: all are looked at soon.
    pub fn rung_all(&self) {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner).1 += 1;
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.values().for_each(Room::doubt);
    }

    /// Another node says that a device connected there. If that is so, its connection here ends.
    pub fn arrived_elsewhere(&self, app: &App, tenant_id: RecordId, device: RecordId) {
        let is_here = self.connections.lock().unwrap_or_else(PoisonError::into_inner).0.contains_key(&device);
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(room) = rooms.get(&tenant_id).filter(|_| is_here) else { return };
        let (app, tenant) = (app.clone(), Arc::clone(&room.tenant));
        app.tasks().clone().spawn(async move {
            match presence::is_elsewhere(&app, &tenant, device).await {
                Ok(true) => app.hub().left(tenant.id, device),
                Ok(false) => {}
                Err(error) => tracing::warn!(%device, %error, "nobody knows where a device is"),
            }
        });
    }

    /// A device is connected to another node: what it still has here ends, and is judged no more.
    pub(super) fn left(&self, tenant_id: RecordId, device: RecordId) {
        if let Some(newest) =
            self.connections.lock().unwrap_or_else(PoisonError::into_inner).0.get_mut(&device)
        {
            *newest = ELSEWHERE;
        }
        self.wake(tenant_id, Wake::Superseded(device));
    }

    /// The way to a tenant's writer.
    #[must_use]
    pub(super) fn writer(&self, app: &App, tenant: &Arc<Tenant>) -> mpsc::Sender<Job> {
        self.room(app, tenant).jobs
    }

    /// Makes a connection the newest of its device, and ends older ones. What they still have waiting at the writer is
    /// no longer judged: the replica sends it again, and a late acceptance could contradict an answer that the newer
    /// connection was given.
    pub fn connected(&self, tenant_id: RecordId, device: RecordId) -> u64 {
        let connection = {
            let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
            connections.1 += 1;
            let connection = connections.1;
            connections.0.insert(device, connection);
            connection
        };
        self.wake(tenant_id, Wake::Superseded(device));
        connection
    }

    /// Whether a connection is the newest of its device.
    #[must_use]
    pub fn is_newest(&self, device: RecordId, connection: u64) -> bool {
        let connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        // When the newest one has ended, no older one takes its place: what it was answered was answered.
        connections.0.get(&device).is_some_and(|newest| *newest == connection)
    }

    /// Forgets a connection that ended.
    pub fn disconnected(&self, device: RecordId, connection: u64) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if connections.0.get(&device).is_some_and(|newest| [connection, ELSEWHERE].contains(newest)) {
            connections.0.remove(&device);
        }
    }

    /// Tells the tenant's sockets; nobody listening is no failure.
    pub fn wake(&self, tenant_id: RecordId, wake: Wake) {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get(&tenant_id) {
            let _ = room.wakes.send(wake);
        }
    }
}
