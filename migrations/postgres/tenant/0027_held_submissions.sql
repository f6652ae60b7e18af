-- Forms that were not taken, for people to look at: why, and who let one in. Files of forms beside the résumé.
alter table submissions
    drop constraint submissions_state_check,
    add constraint submissions_state_check
        check (state in ('pending', 'processed', 'spam', 'refused', 'duplicate', 'error')),
    add column reason text not null default '',
    add column file_hashes text[] not null default '{}',
    add column admitted_at bigint,
    add column admitted_by uuid;
update submissions set reason = case state when 'spam' then 'honeypot' else 'failed' end
where state in ('spam', 'error');
create index submissions_held on submissions (created_at) where state in ('spam', 'refused', 'duplicate', 'error');
create index submissions_candidate on submissions ((form->>'candidate_id'));
-- Which forms a file came with.
create index submissions_resume on submissions (resume_hash) where resume_hash is not null;
create index submissions_files on submissions using gin (file_hashes);
