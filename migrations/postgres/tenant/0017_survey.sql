-- What was answered to the equal-opportunity form: only sums, so that there is no row of somebody. Nothing here names an
-- application or a candidate, nothing else names these rows, and no device has a copy of them.
create table survey_counts (
    form      text not null,
    job       uuid not null,
    month     text not null check (month ~ '^[0-9]{4}-[0-9]{2}$'),
    question  text not null,
    choice    text not null,
    answers   bigint not null check (answers > 0),
    primary key (form, job, month, question, choice)
);

-- Which keys to answer were used. They are made of forms that nobody remembers, and run out with a month, so that neither
-- leads to an application.
create table survey_keys (
    id     uuid primary key,
    until  text not null check (until ~ '^[0-9]{4}-[0-9]{2}$')
);
