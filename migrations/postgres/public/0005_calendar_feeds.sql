-- The secret address of somebody's calendar in a workspace. Only a hash of it is kept.
create table calendar_feeds (
    tenant_id    uuid not null,
    user_id      uuid not null,
    secret_hash  bytea not null unique,
    created_at   bigint not null,
    primary key (tenant_id, user_id),
    foreign key (tenant_id, user_id) references memberships (tenant_id, user_id) on delete cascade
);
