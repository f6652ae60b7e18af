-- Private jobs and candidates: a wall around each and all that belongs to it. What is behind a wall is at home in
-- `<kind>.private/<wall>`.

-- The private record whose wall is around a document, and how often the document was moved from behind one wall to
-- behind another, or to none.
alter table documents add column wall uuid;
alter table documents add column wall_moves int not null default 0;

-- What belongs to an application is found by it, as what belongs to a candidate or a job is.
create index records_application on records ((fields->>'application_id')) where fields->>'application_id' is not null;

-- Who is inside which walls is asked whenever somebody connects.
create index documents_walls on documents (kind) where wall = doc;

-- Whose résumé a file is decides who may have it.
create index records_resume on records ((fields->>'resume_hash')) where fields->>'resume_hash' is not null;

-- What is its author's own is so by kind: who does not know a kind does not hold a part of a scope.
update documents set scope = 'notes.' || scope, class = 'notes.own' where class = 'own';
update scopes set scope = 'notes.' || scope, class = 'notes.own' where class = 'own';
update scope_moves set from_scope = 'notes.' || from_scope, from_class = 'notes.own' where from_class = 'own';

-- What a node of before would write is refused: it would open what is private. The replica keeps its edit and comes again.
alter table documents add check (class <> 'own');
alter table documents add check (wall is null or class like '%.private' or class like '%.own');

-- Whether a document moved past a place of the log is asked for each document of a page.
create index scope_moves_doc on scope_moves (doc, seq);
