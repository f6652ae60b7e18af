-- What lets somebody into the candidates' portal: a link that works once, and what it was traded for. Their secrets are
-- made of the id and a key of the installation, and kept nowhere.
create table portal_keys (
    id           uuid primary key,
    kind         text not null check (kind in ('link', 'session')),
    address      text not null check (address = lower(address)),
    created_at   bigint not null,
    expires_at   bigint not null
);
create index portal_keys_address on portal_keys (address, created_at);
create index portal_keys_expires on portal_keys (expires_at);

-- Who asked to be deleted, once for each record of them.
create table portal_deletions (
    candidate    uuid primary key,
    asked_at     bigint not null
);

-- Who has an address.
create index records_email on records (lower(fields->>'email')) where fields->>'email' is not null;
