-- Mail that goes out: written in the transaction of its cause, sent by a relay after the commit, and kept for the
-- workspace's administrators to look at.
create table mail (
    id              uuid primary key,
    -- What happened, and to whom it is told: an event makes one mail, whatever is tried again.
    event_key       text not null constraint mail_once_per_event unique check (length(event_key) between 1 and 200),
    -- The same at every try, so that whoever gets a mail twice can tell.
    message_id      text not null,
    recipient       text not null,
    recipient_name  text not null,
    language        text not null check (language in ('en', 'fr')),
    template        text not null,
    -- What fills the template; null when it was removed.
    content         jsonb,
    -- The record that it is about, whose erasure takes the mail's content with it.
    about           uuid,
    attachments     jsonb not null default '[]',
    state           text not null check (state in ('waiting', 'sending', 'deferred', 'sent', 'given_up', 'cancelled')),
    tries           int not null default 0,
    -- When it is tried next; of one that is being sent, when its lease runs out.
    next_at         bigint not null,
    -- When it is worth nothing any more.
    expires_at      bigint not null,
    -- Who sends it: who has lost the lease has another claim than the row.
    claim           uuid,
    -- Why it was not sent, in words.
    problem         text not null default '',
    -- What was sent.
    subject         text,
    body            text,
    created_at      bigint not null,
    updated_at      bigint not null,
    sent_at         bigint
);
create index mail_due on mail (next_at) where state in ('waiting', 'sending', 'deferred');
create index mail_newest on mail (created_at desc, id desc);
create index mail_recipient on mail (recipient, created_at);
create index mail_about on mail (about) where about is not null;
create index mail_with_content on mail (updated_at) where content is not null;

create trigger mail_written after insert on mail
    referencing new table as written for each statement execute function public.mail_rings();
create trigger mail_rewritten after update on mail
    referencing new table as written for each statement execute function public.mail_rings();
