-- What an authority has decided in writing, by which something may be shut down.
create table findings_rulings (
    ruling_id text primary key,
    programme text not null check (programme in ('privacy', 'security', 'illegality')),
    authority text not null,
    number text not null,
    decided_on date not null,
    shuts_down boolean not null,
    document text not null, -- where the paper is, or its digest
    noted_by text not null,
    noted_at timestamptz not null,
    unique (authority, number)
);

-- What was found in one thing, under one programme of inspection. operator_name: who runs that thing.
create table findings_findings (
    finding_id text primary key,
    authority text not null,
    number text not null,
    programme text not null check (programme in ('privacy', 'security', 'illegality')),
    clauses text[] not null check (cardinality(clauses) > 0),
    severity text not null check (severity in ('low', 'middle', 'high')),
    kind text not null check (kind in ('app', 'program', 'house', 'room', 'account')),
    target text not null,
    name text not null,
    version text not null,
    store text not null,
    operator_name text not null,
    facts text not null,
    found_at timestamptz not null,
    due_at timestamptz not null,
    state text not null check (
        state in ('open', 'testing', 'unmended', 'closed', 'rechecking', 'shut', 'withdrawn')
    ),
    rung text not null check (rung in ('rectify', 'delisted', 'search_banned', 'shut_down')),
    ruling_id text references findings_rulings (ruling_id),
    regressions integer not null default 0,
    evidence_by text not null default '',
    asked_by text not null default '', -- the first of the two who shut down
    asked_at timestamptz,
    published_at timestamptz,
    imported_by text not null,
    moved_at timestamptz not null,
    unique (authority, number, target),
    check ((state = 'shut') = (rung = 'shut_down')),
    check (rung <> 'shut_down' or (ruling_id is not null and programme <> 'security'))
);
create index findings_findings_due on findings_findings (due_at) where state = 'open';
create index findings_findings_by_target on findings_findings (kind, target);
create index findings_findings_published on findings_findings (published_at)
where published_at is not null;

-- What was done, with the words and the artefact that show it.
create table findings_steps (
    step_id text primary key,
    finding_id text not null references findings_findings (finding_id) on delete cascade,
    act text not null,
    state text not null, -- that it led to
    rung text not null,
    actor text not null, -- an operator's id, or 'house'
    words text not null,
    artefact text not null,
    version text not null,
    at timestamptz not null
);
create index findings_steps_by_finding on findings_steps (finding_id, step_id);
