-- What was stolen, when something was, and for how long a run was held.
alter table upgrades_runs
    add column stolen text,
    add column paused_at timestamptz,
    add column paused_ms bigint not null default 0;
