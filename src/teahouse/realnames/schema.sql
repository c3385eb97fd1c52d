-- Whose identity was confirmed, by whom. The reference is the provider's own, and sealed.
create table realnames_proofs (
    account_id text primary key references accounts_accounts (account_id),
    provider text not null,
    reference bytea not null,
    proved_at timestamptz not null
);

-- The same for registrations under way.
create table realnames_pending (
    registration_digest bytea primary key,
    provider text not null,
    reference bytea not null,
    proved_at timestamptz not null,
    age bytea
);

-- How often somebody tried: documents are not to be guessed here. No name, no number.
create table realnames_tries (
    who bytea not null,
    on_day date not null,
    tries integer not null,
    primary key (who, on_day)
);
