//! Who wants to know that a tenant's log advanced: the sockets of this node.
//!
//! A wake-up carries no data. The log is the truth, so a lost wake-up costs latency and never data; a session looks
//! again by itself every few seconds, which is also how it learns of what another node wrote.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{broadcast, mpsc};
use zumodra_shared::kernel::RecordId;

use super::writer::{self, Job};
use crate::app::App;
use crate::tenants::Tenant;

/// Wake-ups that a slow socket may have waiting; more are one.
const MAX_WAKES: usize = 16;
/// Writes that may wait for a tenant's writer.
const MAX_WAITING_JOBS: usize = 256;

/// What a socket is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wake {
    /// The log advanced.
    Log,
    /// These people's role or jobs changed.
    People(Arc<Vec<RecordId>>),
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
}

/// The tenants that are in use on this node.
#[derive(Default, Clone)]
pub struct Hub {
    rooms: Arc<Mutex<HashMap<RecordId, Room>>>,
    /// The newest connection of each connected device, and the number that the next connection gets.
    connections: Arc<Mutex<(HashMap<RecordId, u64>, u64)>>,
}

impl Hub {
    fn room(&self, app: &App, tenant: &Arc<Tenant>) -> Room {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get(&tenant.id)
            && !room.jobs.is_closed()
        {
            return room.clone();
        }
        let (wakes, _) = broadcast::channel(MAX_WAKES);
        let (jobs, waiting) = mpsc::channel(MAX_WAITING_JOBS);
        let room = Room { wakes, jobs };
        rooms.insert(tenant.id, room.clone());
        let writer = writer::Writer::new(app.clone(), Arc::clone(tenant), self.clone());
        app.tasks().spawn(writer.run(waiting));
        room
    }

    /// Listens to a tenant.
    #[must_use]
    pub fn listen(&self, app: &App, tenant: &Arc<Tenant>) -> broadcast::Receiver<Wake> {
        self.room(app, tenant).wakes.subscribe()
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
        connections.0.get(&device).is_none_or(|newest| *newest == connection)
    }

    /// Forgets a connection that ended.
    pub fn disconnected(&self, device: RecordId, connection: u64) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if connections.0.get(&device) == Some(&connection) {
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
