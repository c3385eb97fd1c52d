-- Back-ups that were made here, as far as this database knows: a place where old ciphertext is kept.
create table backups_backups (
    backup_id text primary key,
    made_at timestamptz not null,
    made_by text not null,
    place text not null, -- host and path
    release text not null,
    log_pos bigint not null,
    bytes_count bigint not null,
    sha256 text not null,
    locked boolean not null, -- to recipients
    missing_count bigint not null, -- blobs that were named and not there
    gone_at timestamptz, -- deleted by us, to keep only so many, or unreadable since
    kept_by text not null default '' -- the processor under whose key it is; empty: nobody's
);
create index backups_backups_by_age on backups_backups (made_at);

-- Under which keys a back-up's content is sealed, and how many keys are under each.
create table backups_keys (
    backup_id text not null references backups_backups (backup_id) on delete cascade,
    key_id text not null,
    version bigint not null,
    state text not null,
    count bigint not null check (count >= 0),
    primary key (backup_id, key_id, version)
);

-- The ledger: who was erased, or what was redacted or answered, and when. The number is given
-- afterwards, in order, without holes.
create table backups_erasures (
    subject_id text primary key, -- or words that name something else; see model/ledger.py
    at timestamptz not null,
    hidden boolean not null, -- what they said to others, too
    seq bigint unique
);
create index backups_erasures_new on backups_erasures (at) where seq is null;

-- Back-ups that this database was brought back from. Nobody is served until the newest is done.
create table backups_restores (
    restore_id text primary key,
    backup_id text not null,
    made_at timestamptz not null,
    restored_at timestamptz not null,
    done_at timestamptz,
    erased_count bigint not null default 0
);
