-- What other processes must hear of: a command beside the server, or another node. Written in the transaction of its
-- cause, read by every node for a while, then swept.
create table signals (
    id         bigint generated always as identity primary key,
    topic      text not null check (topic in ('member', 'device-ended', 'device-revoked', 'tenant-suspended')),
    tenant_id  uuid not null,
    subject    uuid not null,
    at         timestamptz not null default clock_timestamp()
);
create index signals_at on signals (at);

-- A device that never came back is forgotten in time.
create index devices_last_seen on devices (last_seen_at);
