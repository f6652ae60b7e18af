-- What is shared by all tenants. Instants are milliseconds since 1970 UTC; what a column may say is a check, never an
-- enum type, because cached plans on pooled connections must survive every migration.

create table tenants (
    id           uuid primary key,
    slug         text not null constraint tenants_slug_once unique
                 check (slug ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
    name         text not null check (length(name) between 1 and 120),
    schema_name  text not null unique check (schema_name ~ '^t_[a-z0-9]{26}$'),
    state        text not null check (state in ('active', 'suspended')),
    created_at   bigint not null
);

create table tenant_settings (
    tenant_id        uuid primary key references tenants (id) on delete cascade,
    language         text not null check (language in ('en', 'fr')),
    currency         text not null check (currency ~ '^[A-Z]{3}$'),
    timezone         text not null,
    careers_title    text not null,
    careers_tagline  text not null default '',
    careers_about    text not null default '',
    careers_color    text not null check (careers_color ~ '^#[0-9a-f]{6}$'),
    updated_at       bigint not null
);

-- Whole host names that belong to a tenant; the subdomain of the installation needs no row.
create table domains (
    host        text primary key check (host = lower(host)),
    tenant_id   uuid not null references tenants (id) on delete cascade,
    created_at  bigint not null
);
create index domains_tenant on domains (tenant_id);

-- One account may be in many tenants.
create table users (
    id                   uuid primary key,
    email                text not null constraint users_email_once unique check (email = lower(email)),
    name                 text not null,
    password_hash        text not null,
    language             text not null check (language in ('en', 'fr')),
    created_at           bigint not null,
    password_changed_at  bigint not null
);

create table memberships (
    tenant_id    uuid not null references tenants (id) on delete cascade,
    user_id      uuid not null references users (id) on delete cascade,
    role         text not null,
    permissions  jsonb not null default '{}',
    job_title    text not null default '',
    is_active    boolean not null default true,
    created_at   bigint not null,
    primary key (tenant_id, user_id)
);
create index memberships_user on memberships (user_id);

-- A program or browser that signed in for one person in one tenant. `session` names the living chain of refresh tokens;
-- an access token of any other chain is refused.
create table devices (
    id            uuid primary key,
    tenant_id     uuid not null,
    user_id       uuid not null,
    name          text not null,
    platform      text not null,
    session       uuid,
    created_at    bigint not null,
    last_seen_at  bigint not null,
    revoked_at    bigint,
    revoked_by    uuid,
    foreign key (tenant_id, user_id) references memberships (tenant_id, user_id) on delete cascade
);
create index devices_member on devices (tenant_id, user_id);

-- Only a hash is kept. A token is spent by its first use; `parent` is the token that it was given for.
create table refresh_tokens (
    id          uuid primary key,
    session     uuid not null,
    device_id   uuid not null references devices (id) on delete cascade,
    parent      uuid,
    token_hash  bytea not null unique,
    created_at  bigint not null,
    expires_at  bigint not null,
    used_at     bigint,
    revoked_at  bigint
);
create index refresh_tokens_session on refresh_tokens (session);
create index refresh_tokens_device on refresh_tokens (device_id);
create index refresh_tokens_parent on refresh_tokens (parent);
create index refresh_tokens_expiry on refresh_tokens (expires_at);

create table invitations (
    id           uuid primary key,
    tenant_id    uuid not null references tenants (id) on delete cascade,
    email        text not null check (email = lower(email)),
    role         text not null,
    job_title    text not null default '',
    token_hash   bytea not null unique,
    invited_by   uuid,
    created_at   bigint not null,
    expires_at   bigint not null,
    accepted_at  bigint,
    revoked_at   bigint
);
create index invitations_tenant on invitations (tenant_id, created_at);

-- Counted for addresses that have no account too, so that a lockout tells nothing about who exists.
create table sign_in_failures (
    email     text primary key,
    failures  int not null,
    last_at   bigint not null
);
create index sign_in_failures_last on sign_in_failures (last_at);

-- A tenant's role works in its own schema alone.
revoke all on schema public from public;
