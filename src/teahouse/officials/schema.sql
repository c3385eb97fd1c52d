-- The particulars of an official account.
create table officials_accounts (
    account_id text primary key references accounts_accounts (account_id),
    region text not null,
    subject_kind text not null check (
        subject_kind in ('person', 'company', 'public_body', 'media', 'organisation')
    ),
    name bytea not null,
    subject_name bytea not null,
    licence bytea not null,
    state text not null check (state in ('registered', 'withheld')),
    created_at timestamptz not null
);

-- Changes of what was reviewed about an official account, which wait for a review of their own.
create table officials_changes (
    change_id text primary key,
    account_id text not null references accounts_accounts (account_id),
    fields text[] not null, -- the names of what would be otherwise
    details bytea, -- what it would be; sealed, there until it is decided
    lang text not null,
    state text not null check (
        state in ('waiting', 'more', 'approved', 'declined', 'lapsed', 'withdrawn')
    ),
    rounds integer not null default 0,
    template text not null default '',
    words text not null default '',
    decided_by text not null default '',
    decided_at timestamptz,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    check ((state in ('waiting', 'more')) = (details is not null))
);
create unique index officials_changes_undecided on officials_changes (account_id)
where state in ('waiting', 'more');
create index officials_changes_by_account on officials_changes (account_id, created_at);

-- Each time that more was asked for about a change.
create table officials_rounds (
    change_id text not null references officials_changes (change_id) on delete cascade,
    number integer not null,
    template text not null,
    words text not null,
    asked_by text not null,
    asked_at timestamptz not null,
    answered_at timestamptz,
    primary key (change_id, number)
);
