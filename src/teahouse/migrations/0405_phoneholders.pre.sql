-- Whose number was checked, by whom. The reference is the verifier's own, and sealed.
create table phoneholders_checks (
    account_id text primary key references accounts_accounts (account_id),
    verifier text not null,
    reference bytea not null,
    checked_at timestamptz not null
);

-- How often somebody tried on a day: whose a number is, is not to be guessed here.
create table phoneholders_tries (
    account_id text not null references accounts_accounts (account_id),
    on_day date not null,
    tries integer not null,
    primary key (account_id, on_day)
);
create index phoneholders_tries_by_day on phoneholders_tries (on_day);
