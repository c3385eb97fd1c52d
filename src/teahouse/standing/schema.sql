-- Where accounts stand. Who has no row is a member, and always was.
create table standing_accounts (
    account_id text primary key references accounts_accounts (account_id),
    stage text not null check (stage in ('newcomer', 'member', 'trusted')),
    since timestamptz not null,
    why text not null check (
        why in ('screening', 'setting', 'burst', 'vouch', 'age', 'operator')
    ),
    reason text not null default '',
    active_days integer not null default 0,
    active_on date -- the last day that counted
);
create index standing_accounts_newcomers on standing_accounts (since) where stage = 'newcomer';

-- How much of what is limited was used on a day, in UTC.
create table standing_uses (
    account_id text not null references accounts_accounts (account_id),
    on_day date not null,
    act text not null,
    used bigint not null,
    primary key (account_id, on_day, act)
);

-- What operators set, once they have set anything.
create table standing_rules (
    one boolean primary key default true check (one),
    rules jsonb not null
);

-- Who may read and may not speak, for each reason that there is.
create table standing_silences (
    account_id text not null references accounts_accounts (account_id),
    why text not null,
    since timestamptz not null,
    primary key (account_id, why)
);
