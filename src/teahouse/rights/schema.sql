-- A copy of somebody's data, asked for, made by a job, gone after a week.
create table rights_exports (
    export_id text primary key,
    account_id text not null,
    user_id text not null,
    account_class text not null,
    session_id text not null,
    state text not null check (state in ('asked', 'ready', 'failed')),
    asked_at timestamptz not null,
    ready_at timestamptz,
    expires_at timestamptz,
    blob text,
    bytes_count bigint,
    secret bytea, -- the key of the file, sealed under the person's own
    check ((state = 'ready') = (blob is not null)),
    check ((blob is null) = (secret is null))
);
create index rights_exports_by_account on rights_exports (account_id, asked_at);

-- Requests about personal data, complaints and appeals. Each is a subject of the vault of its own.
create table rights_requests (
    request_id text primary key,
    reference_digest bytea not null unique,
    account_id text,
    kind text not null check (
        kind in ('question', 'access', 'correction', 'erasure', 'complaint', 'appeal')
    ),
    lang text not null check (lang in ('zh', 'en')),
    text bytea not null,
    contact bytea,
    opened_at timestamptz not null,
    due_at timestamptz not null,
    answered_at timestamptz,
    answered_by text,
    outcome text check (outcome in ('granted', 'partly', 'refused', 'answered')),
    answer bytea,
    check ((answered_at is null) = (outcome is null)),
    check ((answered_at is null) = (answer is null))
);
create index rights_requests_open on rights_requests (due_at) where answered_at is null;
create index rights_requests_by_account on rights_requests (account_id, opened_at);
create index rights_requests_by_answer on rights_requests (answered_at);

-- Erasures that have to wait, and what was found when one was looked for in the back end.
create table rights_erasures (
    account_id text primary key,
    user_id text not null,
    erase boolean not null,
    ended_at timestamptz not null,
    looked_at timestamptz,
    times integer not null default 0,
    found text not null default '',
    done boolean not null default false,
    held_until timestamptz, -- it has not begun: a legal hold puts it off
    held_because text not null default '', -- what may be told of that
    held text not null default '', -- what is left of it for legal holds alone
    combed_at timestamptz, -- everything was looked through for its ids, and nothing was found
    traces text not null default '' -- what was found there the last time
);
create index rights_erasures_open on rights_erasures (ended_at) where not done;
create index rights_erasures_uncombed on rights_erasures (ended_at) where done and combed_at is null;
