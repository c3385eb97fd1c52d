-- Who is there now: what somebody wrote beside their name; no row: nothing. The rest is not kept.
create table presence_statuses (
    account_id text primary key references accounts_accounts (account_id),
    user_id text not null unique,
    status bytea not null
);
