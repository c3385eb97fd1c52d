-- Runs: where each is, and what was decided of it.
create table upgrades_runs (
    run_id text primary key,
    state text not null check (state in (
        'planned', 'distribute', 'dual_write', 'backfill', 'verify', 'read_new', 'soft_retire',
        'destroy', 'closed', 'aborting', 'aborted'
    )),
    paused boolean not null default false,
    mode text not null check (mode in ('ordinary', 'compromise')),
    reason text not null,
    classes text[] not null, -- in their order
    suite smallint not null check (suite in (1, 2)),
    rate_max integer check (rate_max > 0),
    laid text not null default '', -- the stage whose ranges can be claimed
    says text not null default '', -- what it does, or waits for
    plan jsonb not null,
    since timestamptz, -- data keys from before are old
    work_id text,
    planned_by text not null,
    planned_at timestamptz not null,
    started_at timestamptz,
    verified_at timestamptz,
    soft_since timestamptz, -- since when the old keys open nothing
    ended_at timestamptz,
    led_by text, -- the hand that drives it
    led_until timestamptz, -- by the database's clock
    stolen text, -- what may be in other hands
    paused_at timestamptz, -- since when it is held
    paused_ms bigint not null default 0, -- how long it was held before
    scope text not null default '*', -- whose data is made anew
    census jsonb, -- which keys wrapped whose data keys before
    check ((state in ('closed', 'aborted')) = (ended_at is not null))
);
create index upgrades_runs_by_age on upgrades_runs (planned_at);

-- How far each class of data is in each table; no table: ''.
create table upgrades_steps (
    run_id text not null references upgrades_runs (run_id),
    data_class text not null,
    place text not null,
    total bigint not null check (total >= 0),
    done bigint not null default 0 check (done >= 0),
    quarantined bigint not null default 0 check (quarantined >= 0),
    began_at timestamptz,
    moved_at timestamptz,
    primary key (run_id, data_class, place)
);

-- Stretches of work that hands take on lease. Keys of rows are written as JSON.
create table upgrades_ranges (
    run_id text not null references upgrades_runs (run_id),
    stage text not null check (stage in ('regions', 'before', 'backfill', 'verify', 'clear', 'destroy')),
    place text not null,
    number integer not null,
    rank integer not null, -- the smallest first
    starts text not null, -- after this key
    upto text not null, -- and not beyond this; '': to the end
    cursor text not null,
    turn integer not null default 0, -- how often it was gone through for what was missed
    missed bigint not null default 0,
    claimed_by text,
    claimed_until timestamptz, -- by the database's clock
    done_at timestamptz,
    seen bigint not null default 0, -- values, by the verifier
    opened bigint not null default 0,
    erased bigint not null default 0,
    old bigint not null default 0,
    broken bigint not null default 0,
    unindexed bigint not null default 0,
    same bigint not null default 0, -- as before the run
    changed bigint not null default 0, -- by people, since
    named text[] not null default '{}', -- the first of what is wrong
    columns jsonb not null default '{}', -- by column, the figures as an array
    primary key (run_id, stage, place, number)
);
create index upgrades_ranges_open on upgrades_ranges (run_id, stage, rank, place, number)
where done_at is null;

-- What was found that has to be looked at.
create table upgrades_findings (
    run_id text not null references upgrades_runs (run_id),
    code text not null,
    place text not null,
    count bigint not null,
    named text[] not null,
    stops boolean not null,
    found_at timestamptz not null,
    primary key (run_id, code, place)
);

-- What needs two persons: the first one's wish, and the second one's word.
create table upgrades_agreements (
    run_id text not null references upgrades_runs (run_id),
    act text not null check (act in ('retire', 'destroy', 'force', 'lose_backups')),
    first_by text not null,
    first_reason text not null,
    first_at timestamptz not null,
    expires_at timestamptz not null,
    second_by text check (second_by <> first_by),
    second_reason text,
    second_at timestamptz,
    primary key (run_id, act),
    check ((second_by is null) = (second_at is null))
);

-- How it was, every few seconds.
create table upgrades_samples (
    run_id text not null references upgrades_runs (run_id),
    at timestamptz not null,
    rate real not null,
    p99_ms real,
    queue_ms real,
    exposed bigint not null,
    primary key (run_id, at)
);

-- Who works; by the database's clock.
create table upgrades_hands (
    hand_id text primary key,
    host text not null,
    pid integer not null,
    seen_at timestamptz not null
);

-- Keyed digests of some plaintexts from before, until they were compared.
create table upgrades_digests (
    run_id text not null references upgrades_runs (run_id),
    place text not null,
    column_name text not null,
    row_key text not null,
    digest bytea not null,
    primary key (run_id, place, column_name, row_key)
);
