-- For how many months candidates are kept after their last application ended; 0 for as long as nobody says otherwise.
alter table tenant_settings
    add column retention_months int not null default 0 check (retention_months between 0 and 120);
