-- Which equal-opportunity form is offered to those who applied; empty for none.
alter table tenant_settings
    add column careers_survey  text not null default '' check (careers_survey ~ '^[a-z]{0,8}$');
