-- Keys have a life: purposes of their own, a suite, and the generation at which each came into its
-- state. The table has a handful of rows.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, adding-required-field
-- squawk-ignore-file require-concurrent-index-creation, adding-not-nullable-field
alter table vault_keys
    drop constraint vault_keys_purpose_check,
    add constraint vault_keys_purpose_check
        check (purpose in ('kek', 'index', 'house', 'pepper', 'session')),
    add column suite smallint not null default 1,
    add constraint vault_keys_suite_check check (suite in (1, 2)),
    add column generation bigint not null default 0,
    add column changed_at timestamptz not null default now();
update vault_keys set changed_at = created_at;
create unique index vault_keys_by_version on vault_keys (purpose, version);

-- Each data key knows its suite; those that there are have the first.
alter table vault_deks
    add column suite smallint not null default 1,
    add constraint vault_deks_suite_check check (suite in (1, 2)) not valid;

-- The ring: how often the keys have changed, from which generation on a worker may write, and up to
-- which the transactions of before have ended.
create table vault_ring (
    one boolean primary key default true check (one),
    generation bigint not null check (generation > 0),
    floor bigint not null check (floor between 0 and generation),
    settled bigint not null check (settled between 0 and floor)
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
    heartbeat_at timestamptz not null
);
