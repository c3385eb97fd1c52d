-- What is to be done. A claim moves run_at past the lease, so a killed worker's job comes back.
create table jobs_queue (
    id text primary key,
    kind text not null,
    unique_key text,
    payload bytea not null,
    state text not null default 'waiting' check (state in ('waiting', 'dead')),
    attempts integer not null default 0 check (attempts >= 0),
    run_at timestamptz not null,
    last_fault text,
    created_at timestamptz not null,
    urgent boolean not null default false -- somebody waits for it: before all others that are due
);
create index jobs_queue_due on jobs_queue (run_at, id) where state = 'waiting';
create index jobs_queue_urgent on jobs_queue (run_at, id) where state = 'waiting' and urgent;
create unique index jobs_queue_one on jobs_queue (kind, unique_key)
where unique_key is not null and state = 'waiting' and attempts = 0;

-- What is done by the clock, by one worker at a time.
create table jobs_schedules (
    name text primary key,
    next_at timestamptz not null
);
