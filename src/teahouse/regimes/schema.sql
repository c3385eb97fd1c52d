-- What new accounts of a region and class have to show, by version.
create table regimes_regimes (
    region text not null,
    account_class text not null,
    version integer not null check (version > 0),
    realname text not null check (realname in ('none', 'phone', 'id')),
    limits_speaking boolean not null, -- whether speaking waits once a task is overdue
    per_day integer not null check (per_day > 0), -- how many older accounts are asked a day
    days integer not null check (days > 0), -- how long each has
    reason jsonb not null,
    effective_from timestamptz not null,
    published_by text not null,
    published_at timestamptz not null,
    primary key (region, account_class, version)
);

-- Which version an account has satisfied.
create table regimes_accounts (
    account_id text primary key references accounts_accounts (account_id),
    region text not null,
    account_class text not null,
    version integer not null,
    asked_at timestamptz -- the last time; a task that is done is gone
);
create index regimes_accounts_by_version on regimes_accounts (
    region, account_class, version, account_id
);
create index regimes_accounts_asked
    on regimes_accounts (region, account_class, asked_at) where asked_at is not null;

-- What older accounts are asked.
create table regimes_tasks (
    account_id text primary key references regimes_accounts (account_id),
    region text not null,
    account_class text not null,
    version integer not null,
    state text not null check (state in ('open', 'overdue', 'appealed', 'exempt')),
    given_at timestamptz not null,
    due_at timestamptz not null,
    appeal bytea,
    appealed_at timestamptz,
    decided_by text,
    decision text not null default '',
    decided_at timestamptz
);
create index regimes_tasks_due on regimes_tasks (due_at) where state = 'open';
create index regimes_tasks_appealed on regimes_tasks (appealed_at) where state = 'appealed';
