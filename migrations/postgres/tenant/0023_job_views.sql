-- How often the public page of a job was looked at, its form was opened, and an application was sent, by the day (UTC).
-- Nothing of who did is kept.
create table job_views (
    job      uuid not null,
    day      date not null,
    views    bigint not null default 0,
    started  bigint not null default 0,
    sent     bigint not null default 0,
    primary key (job, day)
);
create index job_views_day on job_views (day);
