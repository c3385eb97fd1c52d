-- Devices being paired. "asked": the new device shows the code, a signed-in one reads it.
-- "offered": the other way round. What is told of the new device is sealed, and gone soon after.
create table pairing_pairings (
    pairing_id text primary key,
    way text not null check (way in ('asked', 'offered')),
    code_digest bytea not null unique,
    secret_digest bytea unique, -- of the secret that only the new device's browser has
    account_id text references accounts_accounts (account_id), -- who approves
    approved_by text, -- the session that did
    number text, -- shown by the new device, typed into the signed-in one
    device_name bytea,
    place bytea,
    state text not null check (state in ('shown', 'seen', 'approved', 'refused', 'done')),
    expires_at timestamptz not null,
    check (state = 'shown' or (account_id is not null and secret_digest is not null)),
    check (state not in ('refused', 'done') or (device_name is null and place is null))
);
create index pairing_pairings_by_expiry on pairing_pairings (expires_at);
create index pairing_pairings_by_account on pairing_pairings (account_id);

-- Tokens by which a signed-in device lets another in (Matrix "login/get_token"), once.
create table pairing_tokens (
    token_digest bytea primary key,
    account_id text not null references accounts_accounts (account_id),
    expires_at timestamptz not null
);
create index pairing_tokens_by_account on pairing_tokens (account_id);
create index pairing_tokens_by_expiry on pairing_tokens (expires_at);
