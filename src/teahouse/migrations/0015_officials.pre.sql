-- The particulars of an official account.
create table officials_accounts (
    account_id text primary key references accounts_accounts (account_id),
    region text not null,
    subject_kind text not null check (
        subject_kind in ('person', 'company', 'public_body', 'media', 'organisation')
    ),
    name bytea not null,
    subject_name bytea not null,
    licence bytea not null,
    state text not null check (state in ('registered')),
    created_at timestamptz not null
);
