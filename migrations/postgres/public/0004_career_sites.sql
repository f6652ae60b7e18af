-- What a workspace's career pages say and allow beside their colours and texts.
alter table tenant_settings
    add column careers_contact        text not null default '',
    add column careers_email          text not null default '',
    add column careers_linkedin_id    text not null default '' check (careers_linkedin_id ~ '^[0-9]{0,20}$'),
    add column careers_spontaneous    boolean not null default false,
    -- The origins whose pages may frame the list of jobs; none named means any.
    add column careers_embed_origins  text[] not null default '{}';

-- One picture a workspace, small enough to be read with one statement. Its hash is part of its public address.
create table tenant_logos (
    tenant_id   uuid primary key references tenants (id) on delete cascade,
    hash        text not null check (hash ~ '^[0-9a-f]{64}$'),
    kind        text not null check (kind in ('png', 'jpeg', 'webp')),
    width       int not null check (width between 1 and 4096),
    height      int not null check (height between 1 and 4096),
    bytes       bytea not null check (length(bytes) <= 61440),
    updated_at  bigint not null
);
