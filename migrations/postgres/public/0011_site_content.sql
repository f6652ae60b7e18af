-- What a workspace's career pages show besides its jobs: sections, pages of its own, texts, colours and links, as one
-- document. Its version says which one somebody read who changes it.
create table tenant_sites (
    tenant_id   uuid primary key references tenants (id) on delete cascade,
    version     int not null check (version > 0),
    content     jsonb not null,
    updated_at  bigint not null
);

-- The pictures of the pages. The hash is part of their public addresses.
create table tenant_pictures (
    tenant_id   uuid not null references tenants (id) on delete cascade,
    hash        text not null check (hash ~ '^[0-9a-f]{64}$'),
    kind        text not null check (kind in ('png', 'jpeg', 'webp')),
    width       int not null check (width between 1 and 4096),
    height      int not null check (height between 1 and 4096),
    bytes       bytea not null check (length(bytes) <= 524288),
    kept_at     bigint not null,
    primary key (tenant_id, hash)
);
