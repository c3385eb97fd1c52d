-- User-interactive authentication under way: somebody shows again who they are.
create table recovery_proofs (
    session text primary key,
    account_id text not null references accounts_accounts (account_id),
    operation text not null,
    expires_at timestamptz not null
);
create index recovery_proofs_by_expiry on recovery_proofs (expires_at);
