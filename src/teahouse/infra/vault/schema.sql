-- The keys of the house: key-encryption keys by check value only, all others sealed under them.
create table vault_keys (
    purpose text not null check (purpose in ('kek', 'index', 'house', 'pepper', 'session')),
    key_id text not null,
    version integer not null check (version > 0),
    state text not null check (
        state in ('pending', 'readable', 'primary', 'decrypt_only', 'soft_disabled', 'destroyed')
    ),
    check_value bytea not null,
    wrapped bytea,
    created_at timestamptz not null,
    suite smallint not null default 1 check (suite in (1, 2)), -- AES and SHA-256, or SM4 and SM3
    generation bigint not null default 0, -- of the ring, when it came into its state
    changed_at timestamptz not null default now(),
    written boolean not null default false, -- of an index key: written beside the primary
    wraps_count bigint not null default 0, -- of a key-encryption key: how often it has wrapped
    scope text not null default '*', -- of a key-encryption key: whose data keys it wraps
    leads boolean not null default false, -- in its scope, as a primary does for all
    normaliser smallint not null default 1, -- of an index key: by which form people are found
    primary key (purpose, key_id, version),
    check ((purpose = 'kek') = (wrapped is null) or state = 'destroyed'),
    constraint vault_keys_leads
        check (not leads or (scope <> '*' and purpose = 'kek' and state = 'decrypt_only')),
    constraint vault_keys_normaliser
        check (normaliser > 0 and (normaliser = 1 or purpose = 'index'))
);
create unique index vault_keys_one_primary on vault_keys (purpose) where state = 'primary';
create unique index vault_keys_by_version on vault_keys (purpose, version);
create unique index vault_keys_one_lead on vault_keys (purpose, scope) where leads;

-- Scopes that were upgraded apart from the others: as the ring has it for all.
create table vault_scopes (
    scope text primary key check (scope <> '*'),
    sealed_since timestamptz,
    retired_before timestamptz
);

-- What has wrapped since wraps_count was last brought up to date, a row for each statement.
create table vault_wraps (
    wrap_id uuid primary key default gen_random_uuid(),
    key_id text not null,
    version integer not null,
    wraps bigint not null check (wraps > 0)
);

-- The ring: how often the keys have changed, from which generation on a worker may write, and up to
-- which the transactions of before have ended.
create table vault_ring (
    one boolean primary key default true check (one),
    generation bigint not null check (generation > 0),
    floor bigint not null check (floor between 0 and generation),
    settled bigint not null check (settled between 0 and floor),
    sealed_since timestamptz, -- nothing is sealed any more under data keys from before
    retired_before timestamptz -- and nobody should open anything under those from before
);

-- Who still needed a key that is about to be destroyed.
create table vault_late_opens (
    purpose text not null, -- of the key; "dek" for all data keys together
    key_id text not null,
    version integer not null,
    opens bigint not null,
    last_at timestamptz not null, -- by the database's clock
    primary key (purpose, key_id, version)
);

-- Whether a write made under a generation of the ring may be written. For stores of every domain,
-- in the statement that writes.
create function vault_current(bigint) returns boolean language sql stable
return coalesce((select vault_ring.floor <= $1 from vault_ring), false);

-- Who is at work, with which release, and up to which generation it has the keys.
create table vault_workers (
    worker_id text primary key,
    host text not null,
    pid integer not null,
    release text not null,
    suites smallint[] not null,
    generation bigint not null,
    heartbeat_at timestamptz not null,
    queue_ms real, -- what users feel of it, if it serves (infra/pulse.py)
    p99_ms real,
    requests integer,
    faults integer,
    scoped boolean not null default false, -- its release knows keys of scopes
    normaliser smallint not null default 1 -- the newest that its release knows
);

-- Whom the normaliser of an index key would have made one: whoever came first is found by it, the
-- other by the exact form. By the keys of their rows, and whose they are; not what is written there.
create table vault_merges (
    version integer not null, -- of the index key
    place text not null,
    what text not null, -- the column
    kept_row text not null,
    kept text not null,
    apart_row text not null,
    apart text not null,
    found_at timestamptz not null,
    seen_by text, -- the operator who has looked at it
    seen_at timestamptz,
    looked_at timestamptz, -- when it was last seen who has the form
    primary key (version, place, apart_row),
    check ((seen_by is null) = (seen_at is null))
);
create index vault_merges_by_pair on vault_merges (place, apart_row, kept_row);

-- Whoever personal data can be about: an account, an operator, the house.
create table vault_subjects (
    subject_id text primary key,
    purposes text[] not null default '{}',
    created_at timestamptz not null,
    destroyed_at timestamptz,
    scope text not null default '*', -- whose key-encryption keys wrap theirs
    restricted text[] not null default '{}' -- why what they show is opened for nobody else
);

-- Their data keys, wrapped. Erasure empties wrapped_dek; the row stays as proof.
create table vault_deks (
    dek_id text not null,
    version integer not null check (version > 0),
    subject_id text not null references vault_subjects (subject_id),
    class text not null check (class in ('ordinary', 'sensitive')),
    kek_id text not null,
    kek_version integer not null,
    wrapped_dek bytea,
    seals_count bigint not null default 0 check (seals_count >= 0),
    created_at timestamptz not null,
    suite smallint not null default 1 check (suite in (1, 2)),
    primary key (dek_id, version),
    unique (subject_id, class, version)
);
create index vault_deks_by_kek on vault_deks (kek_id, kek_version);

-- What could not be opened while values were sealed anew: where, and why. Nothing of what it says.
create table vault_quarantine (
    table_name text not null,
    row_key text not null,
    column_name text not null,
    why text not null,
    found_at timestamptz not null,
    primary key (table_name, row_key, column_name)
);
