-- Impact assessments. text: what each answers, by question; digest: of what the register of purposes said.
create table assessments_assessments (
    assessment_id text primary key,
    kind text not null check (kind in ('pipia', 'dpia', 'minors', 'important_data')),
    feature text not null, -- empty: the whole house
    content jsonb not null,
    state text not null check (
        state in ('draft', 'asked', 'approved', 'refused', 'expired', 'superseded', 'withdrawn')
    ),
    author text not null,
    written_at timestamptz not null,
    digest text not null default '',
    reviewer text not null default '',
    decided_at timestamptz,
    reason text not null default '',
    valid_until timestamptz,
    facts jsonb, -- what the house counted when it was approved
    moved_at timestamptz not null,
    check (reviewer <> author),
    check (state <> 'approved' or (valid_until is not null and reviewer <> ''))
);
create index assessments_assessments_by_state on assessments_assessments (state, feature);

-- What was done with an assessment, and by whom.
create table assessments_steps (
    step_id text primary key,
    assessment_id text not null references assessments_assessments (assessment_id) on delete cascade,
    act text not null,
    state text not null, -- that it led to
    actor text not null, -- an operator's id, or 'system'
    words text not null,
    at timestamptz not null
);
create index assessments_steps_by_assessment on assessments_steps (assessment_id, step_id);

-- Features that are on without an assessment.
create table assessments_owed (
    feature text primary key,
    since timestamptz not null,
    due_at timestamptz not null
);

-- What the house says of itself: that it processes important data, or that many minors use it.
create table assessments_declared (
    name text primary key check (name in ('important_data', 'many_minors')),
    holds boolean not null,
    reason text not null,
    declared_by text not null,
    declared_at timestamptz not null
);

-- What the last look found: the features that the software knew, and those that were on.
create table assessments_seen (
    one boolean primary key default true check (one),
    known_features text[] not null,
    on_features text[] not null
);
