-- One tenant's data. Runs with search_path set to the tenant's schema. A record kind is not a table (docs/architecture):
-- documents hold the merged Automerge state, records its projection.

-- The head of the log: seq is taken under this row's lock, so commit order is seq order.
create table head (
    one  boolean primary key default true check (one),
    seq  bigint not null default 0,
    epoch bigint not null default 0
);
insert into head default values;

-- Every accepted change or log entry, once: (doc, hash) makes a resend a no-op.
create table log (
    seq      bigint primary key,
    doc      uuid not null,
    kind     int not null,
    hash     bytea not null,
    body     bytea not null,
    author   uuid not null,
    device   uuid not null,
    at       bigint not null,
    unique (doc, hash)
);
create index log_doc_seq on log (doc, seq);

-- The merged state of each record. For a log entry (no CRDT) `saved` is the entry itself.
create table documents (
    doc         uuid primary key,
    kind        int not null,
    scope       text not null,
    class       text not null,
    seq         bigint not null,
    -- 8 bytes that stand for (doc, heads) in a scope's order-free checksum.
    state_hash  bigint not null,
    saved       bytea not null,
    created_at  bigint not null,
    created_by  uuid not null,
    updated_at  bigint not null,
    updated_by  uuid not null
);
create index documents_seq on documents (seq);
create index documents_scope on documents (class, kind, doc);

-- The projection that REST, pages and rules read.
create table records (
    doc      uuid primary key references documents (doc) on delete cascade,
    kind     int not null,
    deleted  boolean not null,
    fields   jsonb not null
);
create index records_kind on records (kind, doc);
create index records_job on records ((fields->>'job_id')) where fields->>'job_id' is not null;
create index records_candidate on records ((fields->>'candidate_id')) where fields->>'candidate_id' is not null;

-- A document that changed its scope: those who may see the old one and not the new one are told to drop it.
create table scope_moves (
    seq    bigint not null,
    doc    uuid not null,
    from_scope text not null,
    from_class text not null,
    primary key (seq, doc)
);

-- Count and order-free checksum of each scope, kept with every write.
create table scopes (
    scope     text primary key,
    class     text not null,
    documents bigint not null,
    checksum  bigint not null
);

-- Which device an Automerge actor belongs to: an actor inside a change is a claim, this is the fact.
create table actors (
    actor   bytea primary key,
    user_id uuid not null,
    device  uuid not null
);

-- Commands that ran, with their answer: a replay of the key returns the same answer.
create table commands (
    key     uuid primary key,
    name    text not null,
    target  uuid not null,
    by_user uuid not null,
    at      bigint not null,
    outcome jsonb not null
);

-- Facts to be told to the outside after commit (mail, webhooks, notifications), written with their cause.
create table outbox (
    id         bigint generated always as identity primary key,
    topic      text not null,
    payload    jsonb not null,
    at         bigint not null,
    attempts   int not null default 0,
    done_at    bigint,
    last_error text
);
create index outbox_waiting on outbox (id) where done_at is null;

-- Files by content: the bytes are in the object store under their SHA-256.
create table files (
    hash        text primary key check (hash ~ '^[0-9a-f]{64}$'),
    bytes       bigint not null,
    media_type  text not null,
    name        text not null,
    state       text not null check (state in ('receiving', 'ready')),
    received    bigint not null default 0,
    created_by  uuid not null,
    created_at  bigint not null
);

-- What the public sent, before it became anything: quarantined input of the application form.
create table submissions (
    id           uuid primary key,
    job_id       uuid not null,
    form         jsonb not null,
    resume_hash  text,
    remote_addr  text not null,
    user_agent   text not null,
    state        text not null check (state in ('pending', 'processed', 'spam', 'error')),
    application_id uuid,
    problem      text,
    created_at   bigint not null,
    processed_at bigint
);
create index submissions_pending on submissions (created_at) where state = 'pending';
