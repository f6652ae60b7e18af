-- Whose time is taken is asked whenever an interview is planned.
create index records_interviews on records (((fields->>'starts_at')::bigint)) where fields ? 'interviewer_ids';

-- What somebody gave, by which they see what others gave, is asked whenever they connect.
create index documents_given on documents (created_by) where class = 'scorecards';
