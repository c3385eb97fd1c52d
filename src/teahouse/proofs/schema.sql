-- User-interactive authentication under way: somebody shows again who they are.
create table proofs_sessions (
    session text primary key,
    account_id text not null references accounts_accounts (account_id),
    operation text not null,
    expires_at timestamptz not null
);
create index proofs_sessions_by_expiry on proofs_sessions (expires_at);
