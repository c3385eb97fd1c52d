-- What registration may wait for. A row ends once, verified or failed.
create table works_works (
    work_id text primary key,
    kind text not null,
    title text not null,
    state text not null check (state in ('running', 'verified', 'failed')),
    done bigint not null default 0 check (done >= 0),
    total bigint not null default 0 check (total >= 0), -- 0: not known
    opened_by text not null,
    opened_at timestamptz not null,
    heartbeat_at timestamptz not null,
    ended_at timestamptz,
    report_digest text, -- SHA-256 of what it wrote, in hexadecimal
    reason text,
    check ((state = 'running') = (ended_at is null)),
    check ((state = 'verified') = (report_digest is not null)),
    check ((state = 'failed') = (reason is not null))
);
create index works_works_by_age on works_works (opened_at);
