-- Where those who apply can read what becomes of their data, and under which terms; empty for nowhere.
alter table tenant_settings
    add column careers_privacy_url  text not null default '',
    add column careers_terms_url    text not null default '';
