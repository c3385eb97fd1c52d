-- A passkey of an account. Which one it is, is found by the digest of its id; the id, the public
-- key and the name that its owner gave it are sealed.
create table passkeys_passkeys (
    passkey_id text primary key,
    account_id text not null references accounts_accounts (account_id),
    credential_digest bytea not null unique,
    credential_id bytea not null,
    public_key bytea not null,
    label bytea not null,
    signs bigint not null, -- the authenticator's counter; 0 where it has none
    synced boolean not null, -- kept by the maker of the device for all devices of its owner
    created_at timestamptz not null,
    last_used_at timestamptz,
    doubted_at timestamptz -- the counter went backwards: there may be a copy
);
create index passkeys_passkeys_by_account on passkeys_passkeys (account_id);

-- Challenges that were used, until they have ended by themselves.
create table passkeys_spent (
    challenge_digest bytea primary key,
    expires_at timestamptz not null
);
create index passkeys_spent_by_expiry on passkeys_spent (expires_at);
