-- The version of the rules. A change of policy takes the row for update, a registration's last
-- transaction takes it in share, so that neither can happen in the middle of the other.
create table gate_epoch (
    one boolean primary key default true check (one),
    version bigint not null default 0
);

-- Who may register where. History: a row is only ever ended.
create table gate_policies (
    policy_id text primary key,
    region text not null check (region in ('*', 'intl', 'eu', 'cn-mainland')),
    account_class text not null check (
        account_class in ('*', 'personal', 'official', 'developer', 'enterprise')
    ),
    door text not null,
    state text not null check (
        state in ('open', 'paced', 'waitlist', 'invite_only', 'suspended')
    ),
    pace_per_minute integer check (pace_per_minute > 0),
    effective_from timestamptz not null,
    effective_until timestamptz check (effective_until > effective_from),
    words jsonb not null, -- reason, legal basis and the rest of the notice
    decided_by text not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    ended_by text,
    end_reason text,
    resume_on text, -- a work; its verified end ends the policy
    resume_title text not null default '',
    resume_pace_per_minute integer check (resume_pace_per_minute > 0),
    constraint gate_policies_binding check (
        (resume_on is null) = (resume_pace_per_minute is null)
        and (resume_on is null or effective_until is null)
    ),
    constraint gate_policies_pace check (
        case state
            when 'paced' then pace_per_minute is not null
            when 'waitlist' then true
            else pace_per_minute is null
        end
    ),
    constraint gate_policies_check2 check ((ended_at is null) = (ended_by is null))
);
create index gate_policies_in_force on gate_policies (created_at) where ended_at is null;

-- One bucket for each policy that paces.
create table gate_pace (
    policy_id text primary key references gate_policies (policy_id),
    tokens double precision not null,
    filled_at timestamptz not null
);

-- What was asked at the doors and answered: no number, no name, no address.
create table gate_attempts (
    attempt_id text primary key,
    at timestamptz not null,
    doors text[] not null,
    account_class text not null,
    region text not null,
    outcome text not null check (outcome in ('admitted', 'refused', 'paced')),
    policy_id text references gate_policies (policy_id),
    reason text not null
);
create index gate_attempts_by_time on gate_attempts (at);

-- Passes: tokens that let somebody in where a scope is by invitation only.
create table gate_invites (
    digest bytea primary key,
    invite_id text not null unique,
    label text not null,
    region text not null,
    account_class text not null,
    uses_left integer not null check (uses_left >= 0),
    expires_at timestamptz not null,
    created_by text not null,
    created_at timestamptz not null,
    revoked_at timestamptz,
    kind text not null default 'invite', -- or a turn of the waiting list, or a member's word
    door text not null default '*' -- through which it leads
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
create index gate_invites_turns_by_expiry on gate_invites (expires_at) where kind = 'turn';

-- Where people wait for their turn; whoever comes later is sent to the list.
create table gate_queues (
    region text not null,
    account_class text not null,
    since timestamptz not null,
    door text not null default '*', -- all, or the one that the line is for
    primary key (region, account_class, door)
);
