-- The keys by which notices are signed. The secret is sealed under the key-encryption key.
create table notices_keys (
    key_id text primary key, -- from the public key, so that neither can be changed alone
    public text not null,
    sealed bytea not null,
    state text not null check (state in ('primary', 'retired')),
    created_at timestamptz not null,
    retired_at timestamptz,
    revoked_at timestamptz, -- since when it is thought to be in other hands
    revoked_seq bigint, -- the last entry under it that is ours
    run_id text, -- of the upgrade that it was made for
    check ((state = 'retired') = (retired_at is not null)),
    constraint notices_keys_revoked
        check (revoked_at is null or (revoked_seq is not null and state = 'retired'))
);
create unique index notices_keys_by_run on notices_keys (run_id);
create unique index notices_keys_primary on notices_keys (state) where state = 'primary';

-- The end of the history: held until the commit by whoever appends.
create table notices_head (
    one boolean primary key default true check (one),
    seq bigint not null,
    hash text not null
);

-- The public history: canonical JSON, with its hash and signature, as it is published.
create table notices_entries (
    seq bigint primary key,
    at timestamptz not null,
    body text not null
);

-- Who is told by a request of ours. They are told in order, each entry at least once.
create table notices_hooks (
    hook_id text primary key,
    url text not null,
    state text not null check (state in ('active', 'disabled')),
    created_by text not null,
    created_at timestamptz not null,
    delivered_seq bigint not null,
    failures integer not null default 0,
    next_at timestamptz not null,
    last_result text not null default '',
    last_at timestamptz
);

-- What the static status site holds.
create table notices_site (
    one boolean primary key default true check (one),
    digest text not null,
    written_at timestamptz not null
);
