-- One row for each account that ever was; a deactivated one keeps its name from being reused.
create table accounts_accounts (
    account_id text primary key,
    localpart text not null unique,
    user_id text not null unique,
    account_class text not null check (
        account_class in ('personal', 'official', 'developer', 'enterprise')
    ),
    region text not null check (region in ('intl', 'eu', 'cn-mainland')),
    regime_version integer not null,
    state text not null default 'active' check (
        state in ('active', 'locked', 'suspended', 'deactivated')
    ),
    state_reason text not null default '',
    administrator boolean not null default false,
    door text not null,
    admission_id text not null unique,
    created_at timestamptz not null,
    deactivated_at timestamptz,
    state_before text, -- while locked: what it goes back to
    reason_before text not null default '',
    ends_at timestamptz, -- its owner deleted it; until then it can be called back
    ends_erased boolean not null default true,
    active_at timestamptz, -- true to the hour
    check ((state = 'deactivated') = (deactivated_at is not null))
);
create index accounts_accounts_by_end on accounts_accounts (ends_at) where ends_at is not null;
create index accounts_accounts_by_prefix on accounts_accounts (localpart text_pattern_ops);

-- A proved phone number or address: sealed, and found by a blind index, in one slot or both: odd
-- versions of the index key have one, even ones the other; either of them is a hit.
create table accounts_identifiers (
    account_id text not null references accounts_accounts (account_id),
    kind text not null check (kind in ('phone', 'email')),
    phone bytea,
    email bytea,
    odd_version smallint,
    odd_digest bytea,
    even_version smallint,
    even_digest bytea,
    verified_at timestamptz not null,
    rank smallint not null default 1, -- 1 and 2: in use; 0: replaced, and can still be undone
    leaves_at timestamptz,
    primary key (account_id, kind, rank),
    constraint accounts_identifiers_rank check (rank between 0 and 2),
    constraint accounts_identifiers_leaving check ((rank = 0) = (leaves_at is not null)),
    check ((kind = 'phone') = (phone is not null)),
    check ((kind = 'email') = (email is not null)),
    constraint accounts_identifiers_indexed
        check (odd_digest is not null or even_digest is not null),
    constraint accounts_identifiers_odd check ((odd_version is null) = (odd_digest is null)),
    constraint accounts_identifiers_even check ((even_version is null) = (even_digest is null))
);
create unique index accounts_identifiers_by_odd
    on accounts_identifiers (kind, odd_version, odd_digest);
create unique index accounts_identifiers_by_even
    on accounts_identifiers (kind, even_version, even_digest) where even_digest is not null;
create index accounts_identifiers_by_leaving
    on accounts_identifiers (leaves_at) where leaves_at is not null;

create table accounts_passwords (
    account_id text primary key references accounts_accounts (account_id),
    phc text not null,
    changed_at timestamptz not null
);
-- An order that nobody chose, by which a name that is nobody's is always given the same digest to try.
create index accounts_passwords_by_lot on accounts_passwords (hashtextextended(account_id, 0));
create index accounts_passwords_by_pepper on accounts_passwords (split_part(phc, '$', 3))
    where phc like '$wrapped$%';

-- A device that is signed in. Tokens are kept as keyed digests, which begin with their key's version
-- (two bytes); those from before there was a key are bare SHA-256s.
create table accounts_sessions (
    session_id text primary key,
    account_id text not null references accounts_accounts (account_id),
    user_id text not null,
    device_id text not null,
    token_digest bytea not null unique,
    token_expires_at timestamptz,
    refresh_digest bytea unique,
    refresh_expires_at timestamptz,
    spent_refresh_digest bytea unique, -- good until the tokens it was exchanged for are used
    device_name bytea,
    last_seen_at timestamptz not null,
    last_seen_address bytea,
    created_at timestamptz not null,
    matrix_only boolean not null default false, -- an app's: our own calls refuse it
    unique (account_id, device_id)
);
