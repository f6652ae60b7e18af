-- Mail is written in a workspace's own schema. What is here says in which schemas there is some to send, and when.

-- Look at this schema at this time. A row is written with every mail that is to be sent, now or later, and deleted when
-- a node has looked: so the nodes need not ask each workspace again and again.
create table mail_bells (
    id           bigint generated always as identity primary key,
    schema_name  text not null,
    due_at       bigint not null
);
create index mail_bells_due on mail_bells (due_at);

-- Rings for the table of mail in a workspace's schema. The workspace's role may write its own schema alone, so this runs
-- as the owner; it believes nothing but where and when.
create function mail_rings() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into mail_bells (schema_name, due_at)
    select tg_table_schema, min(written.next_at)
    from written
    where written.state in ('waiting', 'sending', 'deferred')
    having count(*) > 0;
    return null;
end
$$;

-- Where answers to the workspace's mails go.
alter table tenant_settings add column mail_reply_to text not null default '';

-- A secret that lets its holder choose a new password, once, within an hour. Only a hash is kept.
create table password_resets (
    id          uuid primary key,
    user_id     uuid not null references users (id) on delete cascade,
    token_hash  bytea not null unique,
    created_at  bigint not null,
    expires_at  bigint not null,
    used_at     bigint
);
create index password_resets_user on password_resets (user_id, created_at);
create index password_resets_expiry on password_resets (expires_at);
