-- What was asked for, and that it was done: when and by whom somebody was erased, up to where a replica must have read the
-- log to have done it too, and how much it was. Nothing of what it was.
alter table portal_requests alter column asked_at drop not null;
alter table portal_requests
    add column erased_at bigint,
    add column erased_by uuid,
    add column seq       bigint,
    add column documents int,
    add column files     int,
    add check (asked_at is not null or erased_at is not null);
create index portal_requests_erased on portal_requests (seq) where seq is not null;

-- Who was merged into whom is found from both sides.
create index records_merged on records ((fields->>'merged_into_id')) where fields->>'merged_into_id' is not null;

-- How far a device said to have read the log, as far as somebody asks: who reached an erasure has done it.
alter table connections add column reached bigint not null default 0;
