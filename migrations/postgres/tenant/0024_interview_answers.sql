-- Answers to invitations that came by mail and wait until the server writes down what follows from them. The bell is that of
-- the mail that goes out (public schema, 0003).
create table interview_answers (
    interview  uuid not null,
    -- The id of the member or of the candidate.
    attendee   uuid not null,
    -- To what was told with this number.
    sequence   int not null,
    answer     text not null check (answer in ('accepted', 'declined', 'tentative')),
    state      text not null default 'waiting' check (state = 'waiting'),
    -- At once, whatever the clock of who received it says.
    next_at    bigint not null default 0,
    primary key (interview, attendee)
);

create trigger answer_came after insert on interview_answers
    referencing new table as written for each statement execute function public.mail_rings();
