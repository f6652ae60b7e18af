-- Whether a mail was ever handed to a mail server that may have taken it, whatever it said or did not say.
alter table mail add column handed_over boolean not null default false;
update mail set handed_over = true where tries > 0 or state in ('sending', 'sent');

-- Mail from candidates that came and waits until the server makes records of it. The bell is that of the mail that goes
-- out (public schema, 0003).
create table mail_received (
    -- The id that its record will have: the same mail is taken once.
    id           uuid primary key,
    -- The e-mail that it answers.
    answers      uuid not null,
    address      text not null,
    subject      text not null,
    body         text not null,
    message_id   text not null,
    left_out     text not null,
    is_cut       boolean not null,
    received_at  bigint not null,
    state        text not null default 'waiting' check (state = 'waiting'),
    -- At once, whatever the clock of who received it says.
    next_at      bigint not null default 0
);
create index mail_received_answers on mail_received (answers);
create index records_answers on records ((fields->>'answers_id')) where fields->>'answers_id' is not null;

create trigger mail_came after insert on mail_received
    referencing new table as written for each statement execute function public.mail_rings();
