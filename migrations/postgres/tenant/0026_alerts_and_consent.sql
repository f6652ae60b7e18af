-- How often an alert may tell something, and since when it is paused.
alter table job_alerts
    add column every      text not null default 'daily' check (every in ('at_once', 'daily', 'weekly')),
    add column paused_at  bigint;
drop index job_alerts_due;
create index job_alerts_due on job_alerts (next_at) where confirmed_at is not null and paused_at is null;

-- What was agreed to is found by the application that it was agreed to with.
create index submissions_application on submissions (application_id) where application_id is not null;
