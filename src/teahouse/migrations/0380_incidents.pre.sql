-- What went wrong. facts and links are JSON of the model; starts_at is from when clocks run.
create table incidents_incidents (
    incident_id text primary key,
    title text not null,
    profile text not null check (profile in ('intl', 'eu', 'cn-mainland')),
    level text not null,
    state text not null check (
        state in ('noticed', 'assessed', 'contained', 'reported', 'told', 'closed', 'reopened')
    ),
    facts jsonb not null,
    links jsonb not null,
    noticed_at timestamptz not null,
    starts_at timestamptz not null,
    opened_by text not null,
    opened_at timestamptz not null,
    held_by text not null default '',
    contained_at timestamptz,
    closed_at timestamptz,
    lower_level text not null default '', -- to what the first of two would lower the level
    lower_by text not null default '',
    lower_at timestamptz,
    moved_at timestamptz not null,
    check ((state = 'closed') = (closed_at is not null)),
    check (state <> 'closed' or contained_at is not null)
);
create index incidents_incidents_by_time on incidents_incidents (noticed_at);

-- Who must be told by when; no due_at where the law says at once, without hours.
create table incidents_clocks (
    incident_id text not null references incidents_incidents (incident_id),
    clock_id text not null,
    whom text not null check (whom in ('authority', 'people')),
    due_at timestamptz,
    applies boolean not null,
    late_at timestamptz,
    answered_at timestamptz,
    answered_by text not null default '',
    reference text not null default '',
    late_why text not null default '',
    primary key (incident_id, clock_id),
    check (applies or answered_at is null)
);
create index incidents_clocks_due on incidents_clocks (due_at)
where applies and answered_at is null and late_at is null;

-- What was done. A step of an incident or of a flaw.
create table incidents_steps (
    step_id text primary key,
    about_id text not null,
    act text not null,
    state text not null, -- that it led to
    level text not null,
    actor text not null, -- an operator's id, or 'system'
    words text not null,
    at timestamptz not null
);
create index incidents_steps_by_about on incidents_steps (about_id, step_id);

-- What was told, as it went out.
create table incidents_reports (
    incident_id text not null references incidents_incidents (incident_id),
    number integer not null,
    clock_id text not null, -- '' for a supplementary one
    whom text not null check (whom in ('authority', 'people')),
    told_at timestamptz not null,
    told_by text not null,
    parts jsonb not null,
    primary key (incident_id, number)
);

-- Flaws in software, without who found them.
create table incidents_flaws (
    flaw_id text primary key,
    title text not null,
    source text not null check (source in ('outside', 'own', 'audit', 'authority')),
    reference text not null, -- where the letter about it is
    severity text not null check (severity in ('low', 'middle', 'high', 'critical')),
    versions text not null,
    public_danger boolean not null,
    incident_id text references incidents_incidents (incident_id),
    state text not null check (state in ('reported', 'confirmed', 'fixed', 'told', 'rejected')),
    found_at timestamptz not null,
    fixed_in text not null default '',
    fixed_at timestamptz,
    told_at timestamptz,
    why text not null default '',
    noted_by text not null,
    moved_at timestamptz not null,
    check (not public_danger or incident_id is not null),
    check (state <> 'fixed' or fixed_at is not null)
);
