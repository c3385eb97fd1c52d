-- Who may read and may not speak, until something of theirs is done.
create table standing_silences (
    account_id text primary key references accounts_accounts (account_id),
    why text not null,
    since timestamptz not null
);
