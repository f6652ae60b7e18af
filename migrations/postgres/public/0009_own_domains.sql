-- Host names that workspaces claim for their career pages. Whoever can write the DNS of a host has it: a claim that no
-- record there proves leads nowhere and blocks nobody, so several workspaces may claim one host.
alter table domains
    drop constraint domains_pkey,
    add column id             uuid not null default gen_random_uuid(),
    add column token          text not null default '',
    add column state          text not null default 'verified' check (state in ('waiting', 'verified', 'lost')),
    -- The operator of the installation says that it is the workspace's: the DNS is not asked.
    add column is_vouched     boolean not null default true,
    -- Whether the host leads to this installation, as far as the DNS says.
    add column points_here    boolean not null default false,
    -- What the DNS said last.
    add column seen           text not null default ''
                              check (seen in ('', 'found', 'absent', 'other', 'silent', 'taken')),
    add column tries          int not null default 0,
    add column checked_at     bigint,
    add column verified_at    bigint,
    add column missing_since  bigint,
    add column next_check_at  bigint;
-- What was there until now was entered by the operator.
update domains set verified_at = created_at;
alter table domains
    alter column id drop default,
    alter column token drop default,
    alter column state drop default,
    alter column is_vouched drop default,
    alter column points_here drop default,
    add primary key (id),
    add constraint domains_claim_once unique (tenant_id, host);
create unique index domains_verified_once on domains (host) where state = 'verified';
create index domains_host on domains (host);
create index domains_due on domains (next_check_at) where next_check_at is not null;
drop index domains_tenant;

-- Every node forgets at once what it believed of a workspace.
alter table signals
    drop constraint signals_topic_check,
    add constraint signals_topic_check
        check (topic in ('member', 'device-ended', 'device-revoked', 'tenant-suspended', 'tenant-changed'));
