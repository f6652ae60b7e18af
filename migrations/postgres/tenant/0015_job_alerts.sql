-- Who wants to hear of new positions. The secrets of the links are made of the id and a key of the installation.
create table job_alerts (
    id            uuid primary key,
    address       text not null check (address = lower(address)),
    language      text not null,
    -- The list that it is about, as the query of its page.
    wanted        text not null,
    asked_at      bigint not null,
    confirmed_at  bigint,
    -- Up to which publication its reader was told.
    told_until    bigint not null,
    -- When it may tell something again.
    next_at       bigint not null,
    constraint one_alert_for_a_list unique (address, wanted)
);
create index job_alerts_due on job_alerts (next_at) where confirmed_at is not null;
create index job_alerts_unconfirmed on job_alerts (asked_at) where confirmed_at is null;
