-- The key of a processor that keeps something which is read back here. Its secret half is in a file beside the
-- key-encryption keys, and is destroyed at the end; from destroying_at on it counts as gone.
create table processors_keys (
    processor_id text primary key references processors_processors,
    recipient text not null,
    digest text not null, -- SHA-256 of the secret half
    made_at timestamptz not null,
    destroying_at timestamptz,
    destroyed_at timestamptz check (destroyed_at is null or destroying_at is not null),
    lost boolean not null default false -- it was not there to be destroyed
);

-- Credentials by which a processor spoke to this house, that ended with it.
create table processors_revocations (
    processor_id text not null references processors_processors,
    kind text not null,
    credential_id text not null,
    revoked_at timestamptz not null,
    primary key (processor_id, kind, credential_id)
);
