-- The letters of offers: what was put to a candidate, word for word, and what became of it. One for each version of an
-- offer that was sent. What is written here stays when the offer changes: it is the record of who agreed to what.
create table offer_letters (
    id              uuid primary key,
    offer           uuid not null,
    version         bigint not null,
    language        text not null check (language in ('en', 'fr')),
    -- The offer as it was sent, with the names that stand in the letter.
    terms           jsonb not null,
    sent_by         uuid not null,
    -- The address that the link goes to; empty when the letter is given to the candidate in another way.
    sent_to         text not null,
    sent_at         bigint not null,
    -- to_write: the file is to be made. out: the candidate can answer. to_seal: signed, the sealed file is to be made.
    -- sealed: signed, and the file is there. over: it ended in another way.
    state           text not null check (state in ('to_write', 'out', 'to_seal', 'sealed', 'over')),
    -- Until when a node makes the file.
    claimed_until   bigint not null default 0,
    -- SHA-256 of the file as it was sent, and of the sealed one.
    sent_hash       text,
    sealed_hash     text,
    -- What the candidate did, from where.
    opened_at       bigint,
    opened_from     text,
    signed_name     text,
    signed_at       bigint,
    signed_from     text,
    signed_agent    text,
    constraint one_letter_a_version unique (offer, version)
);
create index offer_letters_waiting on offer_letters (sent_at) where state in ('to_write', 'to_seal');

-- Who asks for a file is asked which offer it is the letter of.
create index records_letter on records ((fields->>'letter_hash')) where fields->>'letter_hash' is not null;
