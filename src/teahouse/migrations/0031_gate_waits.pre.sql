alter table gate_policies add column resume_on text;
alter table gate_policies add column resume_title text not null default '';
alter table gate_policies add column resume_pace_per_minute integer
    check (resume_pace_per_minute > 0);
-- Policies are some hundreds at most: looking at each takes no time.
-- squawk-ignore constraint-missing-not-valid
alter table gate_policies add constraint gate_policies_binding check (
    (resume_on is null) = (resume_pace_per_minute is null)
    and (resume_on is null or effective_until is null)
);

-- Promises that could not be kept, in order, each told before its time came.
create table gate_slips (
    policy_id text not null references gate_policies (policy_id),
    nth integer not null,
    at timestamptz not null,
    promised timestamptz not null,
    expected timestamptz, -- null: not known
    reason jsonb not null,
    primary key (policy_id, nth)
);

-- Who wishes to open what still waits for its work, and which second person did.
create table gate_overrides (
    override_id text primary key,
    policy_id text not null references gate_policies (policy_id),
    proposed_by text not null,
    proposed_name text not null,
    reason text not null,
    proposed_at timestamptz not null,
    expires_at timestamptz not null,
    confirmed_by text check (confirmed_by <> proposed_by),
    confirm_reason text,
    confirmed_at timestamptz,
    check ((confirmed_by is null) = (confirmed_at is null))
);
create index gate_overrides_by_policy on gate_overrides (policy_id, proposed_at);
