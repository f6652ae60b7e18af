-- A log that can be trimmed: what was said long ago is in the documents, and a replica that was away for longer gets
-- them whole.

-- Rows of the log up to here may be missing.
alter table head add column horizon bigint not null default 0;

-- Where a document stands in the log for the first time. Who does not have it gets it whole, so that the log need not
-- hold the first change as well.
alter table documents add column made bigint not null default 0;
update documents d
set made = l.seq
from (select doc, min(seq) as seq from log group by doc) l
where l.doc = d.doc;
update log l
set body = ''
from documents d
where d.doc = l.doc and d.made = l.seq;
