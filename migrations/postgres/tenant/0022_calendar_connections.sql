-- The calendars that members keep elsewhere (CalDAV, RFC 4791), one of each member, and what is in them of ours.
create table calendar_connections (
    member             uuid primary key,
    -- The address of the calendar, and what it is called there.
    url                text not null,
    name               text not null,
    -- Who signs in, and the password, sealed by the installation's key for this row.
    login              text not null,
    password           bytea not null,
    -- What the calendar said of its own state when it was read last; empty before it was.
    mark               text not null default '',
    in_step_at         bigint,
    -- The code of why it is not in step, and how often that was tried.
    problem            text not null default '',
    tries              int not null default 0,
    -- The code of why the last move that was not taken was not, and of which interview.
    refused            text not null default '',
    refused_interview  uuid,
    refused_at         bigint,
    -- Counts what may have to be written: a pass that began before is followed by another.
    changes            bigint not null default 0,
    due_at             bigint not null,
    -- Which pass has it for itself, and until when.
    claim              uuid,
    claimed_until      bigint not null default 0
);
create index calendar_connections_due on calendar_connections (due_at);

create table calendar_events (
    member           uuid not null references calendar_connections on delete cascade,
    interview        uuid not null,
    -- The address of the event.
    href             text not null,
    -- Its tag when it was written or read last; empty when the calendar told none.
    etag             text not null,
    -- When it is there, in whole seconds: another time is a move.
    starts_at        bigint not null,
    minutes          bigint not null,
    -- Of what was written; empty for what is to be written again.
    content_hash     text not null,
    -- It is not there as far as is known: its person took it out, or it was begun to be written and not seen yet.
    left_out         boolean not null,
    -- When it is there if what was begun to be written arrived; null once it is known whether it did.
    begun_starts_at  bigint,
    begun_minutes    bigint,
    primary key (member, interview)
);
