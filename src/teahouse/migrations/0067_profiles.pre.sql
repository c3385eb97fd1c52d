-- Who agreed that people without an account see their name in rooms that everybody may read.
create table profiles_public (
    account_id text primary key references accounts_accounts (account_id),
    user_id text not null unique,
    since timestamptz not null
);
