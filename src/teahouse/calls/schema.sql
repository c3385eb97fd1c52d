-- Tokens by which another service may ask us who somebody is ("OpenID").
create table calls_openid (
    token_digest bytea primary key,
    account_id text not null references accounts_accounts (account_id),
    user_id text not null,
    expires_at timestamptz not null
);
create index calls_openid_by_account on calls_openid (account_id);
create index calls_openid_by_expiry on calls_openid (expires_at);
