-- The day of which people were told last what waits for them.
create table daily_mail (
    day date primary key
);
