-- Tokens by which a signed-in device lets another in (Matrix "login/get_token"), once.
create table pairing_tokens (
    token_digest bytea primary key,
    account_id text not null references accounts_accounts (account_id),
    expires_at timestamptz not null
);
create index pairing_tokens_by_account on pairing_tokens (account_id);
create index pairing_tokens_by_expiry on pairing_tokens (expires_at);
