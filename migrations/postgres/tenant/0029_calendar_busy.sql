-- When people are busy by the calendars that they keep elsewhere (RFC 4791, 7.10): from when until when, and nothing else.
alter table calendar_connections
    -- Whether those who plan are told.
    add column shows_busy boolean not null default false,
    -- When the calendar said so last, and the code of why it does not.
    add column busy_at bigint,
    add column busy_problem text not null default '';

create table calendar_busy (
    member     uuid not null references calendar_connections on delete cascade,
    starts_at  bigint not null,
    ends_at    bigint not null,
    primary key (member, starts_at)
);
