-- A member's word for a friend. The pass itself is the gate's.
create table vouching_vouches (
    vouch_id text primary key,
    digest bytea not null unique,
    account_id text not null references accounts_accounts (account_id),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_by text references accounts_accounts (account_id),
    used_at timestamptz,
    revoked_at timestamptz
);
create index vouching_vouches_by_account on vouching_vouches (account_id, created_at);
create index vouching_vouches_by_friend on vouching_vouches (used_by);

-- Who may not vouch for a time, because of which friend.
create table vouching_bars (
    account_id text not null references accounts_accounts (account_id),
    friend_id text not null references accounts_accounts (account_id),
    until timestamptz not null,
    primary key (account_id, friend_id)
);
