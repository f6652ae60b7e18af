-- What was told about interviews, to whom, and what they answered: a row for each interview and person. It stays when
-- the person is not invited any more, without the address, so that what is told later has a higher number.
create table interview_invitations (
    interview     uuid not null,
    -- The id of the member or of the candidate.
    attendee      uuid not null,
    audience      text not null check (audience in ('member', 'candidate')),
    -- In lower case; empty for who is not invited any more.
    address       text not null,
    name          text not null,
    -- SEQUENCE of what was told last (RFC 5545, 3.8.7.4).
    sequence      int not null check (sequence >= 0),
    -- Of what this person is told: the same hash is not told again.
    content_hash  text not null,
    state         text not null check (state in ('invited', 'cancelled')),
    -- Whether anything went out before what was told last, which itself may be taken back while it waits.
    reached       boolean not null default false,
    answer        text not null default '' check (answer in ('', 'accepted', 'declined', 'tentative')),
    -- DTSTAMP of the answer: an older one does not replace it.
    answer_stamp  bigint,
    answered_at   bigint,
    updated_at    bigint not null,
    primary key (interview, attendee)
);
create index interview_invitations_attendee on interview_invitations (attendee);
create index interview_invitations_address on interview_invitations (address) where address <> '';
