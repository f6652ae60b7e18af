-- When a candidate was reminded that an offer ends soon: once for each letter.
alter table offer_letters add column reminded_at bigint;
