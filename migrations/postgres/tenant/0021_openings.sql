-- Jobs of which somebody was hired for the last opening, until it is seen whether that stays so.
create table openings_due (
    job     uuid primary key,
    due_at  bigint not null
);
