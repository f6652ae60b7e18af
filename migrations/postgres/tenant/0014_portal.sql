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

-- What people are asked for in the portal and have to decide: to delete a candidate, to withdraw an application whose
-- pipeline has no stage for it. Once for each record.
create table portal_requests (
    record       uuid primary key,
    asked_at     bigint not null
);

-- The letters to a candidate.
create index offer_letters_candidate on offer_letters ((terms->'offer'->>'candidate_id'));

-- Who has an address.
create index records_email on records (lower(fields->>'email')) where fields->>'email' is not null;
