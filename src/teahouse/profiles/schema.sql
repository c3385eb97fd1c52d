-- What an account shows of itself; there is no row before anything is shown.
create table profiles_profiles (
    account_id text primary key references accounts_accounts (account_id),
    user_id text not null unique,
    display_name bytea,
    avatar_url bytea,
    fields bytea
);

-- Who agreed that people without an account see their name in rooms that everybody may read.
create table profiles_public (
    account_id text primary key references accounts_accounts (account_id),
    user_id text not null unique,
    since timestamptz not null
);
