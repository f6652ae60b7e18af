-- By whom and when the changes of a document were made whose rows were trimmed from the log; the document has the changes.
alter table documents add column stamps bytea;
