-- Whether somebody wants to be told each working day what waits for them.
alter table users add column daily_mail boolean not null default true;
