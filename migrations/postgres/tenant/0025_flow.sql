-- Applications of which something changed that a rule of their stage may wait for, until that was looked at.
create table advances_due (
    application uuid   primary key,
    noted_at    bigint not null
);

-- Applications that were given to somebody who is told of it, all that came together in one mail.
create table assignments_due (
    application uuid   not null,
    member      uuid   not null,
    given_by    uuid   not null,
    due_at      bigint not null,
    primary key (application, member)
);
create index assignments_due_at on assignments_due (due_at);

-- Members who want no mail about what they are given.
create table without_assignment_mail (
    member uuid primary key
);
