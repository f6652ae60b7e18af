-- Documents in several scopes: a candidate is at home in `candidates`, and besides in `candidates/<job>` for every
-- application for that job. Shares only ever grow.

create table shares (
    scope text not null,
    doc   uuid not null,
    -- A place in the log of its own, in which no row stands.
    seq   bigint not null,
    primary key (scope, doc)
);
create index shares_doc on shares (doc);
create index shares_seq on shares (seq);

-- Who sees candidates by their jobs downloads those anew: what is shared already is no news to anybody.
insert into shares (scope, doc, seq)
select distinct 'candidates/' || (a.fields->>'job_id'), c.doc, 0
from records a
join documents c on c.doc = (a.fields->>'candidate_id')::uuid
where a.kind = 6;

-- Their sums count under their own name alone: in their class they count at home.
insert into scopes (scope, class, documents, checksum)
select
    s.scope,
    s.scope,
    count(*),
    (mod(sum(d.state_hash::numeric) + 9223372036854775808 + 18446744073709551616 * count(*), 18446744073709551616)
        - 9223372036854775808)::bigint
from shares s
join documents d on d.doc = s.doc
group by s.scope;
