-- Which accounts came by an invitation of the operators; of one that ended, only that it did.
create table invites_uses (
    use_id text primary key,
    invite_id text not null,
    account_id text references accounts_accounts (account_id),
    used_at timestamptz not null
);
create index invites_uses_by_invite on invites_uses (invite_id, use_id);
create index invites_uses_by_account on invites_uses (account_id);
