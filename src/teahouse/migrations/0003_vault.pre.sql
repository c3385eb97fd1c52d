-- The keys of the house: key-encryption keys by check value only, index keys sealed under them.
create table vault_keys (
    purpose text not null check (purpose in ('kek', 'index')),
    key_id text not null,
    version integer not null check (version > 0),
    state text not null check (
        state in ('pending', 'readable', 'primary', 'decrypt_only', 'soft_disabled', 'destroyed')
    ),
    check_value bytea not null,
    wrapped bytea,
    created_at timestamptz not null,
    primary key (purpose, key_id, version),
    check ((purpose = 'kek') = (wrapped is null) or state = 'destroyed')
);
create unique index vault_keys_one_primary on vault_keys (purpose) where state = 'primary';

-- Whoever personal data can be about: an account, an operator, the house.
create table vault_subjects (
    subject_id text primary key,
    purposes text[] not null default '{}',
    created_at timestamptz not null,
    destroyed_at timestamptz
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
    primary key (dek_id, version),
    unique (subject_id, class, version)
);
create index vault_deks_by_kek on vault_deks (kek_id, kek_version);
