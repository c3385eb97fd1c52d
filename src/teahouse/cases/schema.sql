-- What is held against a rule: one piece of content, from a report to a decision. Each is a subject
-- of the vault of its own; account_id is its author's, and gone with the account.
create table cases_cases (
    case_id text primary key,
    kind text not null,
    target text not null,
    place text not null,
    category text not null,
    account_id text,
    user_id text not null,
    state text not null check (
        state in (
            'reported', 'verified', 'ordered', 'contested', 'halted', 'complied', 'unmet', 'restricted',
            'suspended', 'banned', 'dismissed', 'overturned'
        )
    ),
    voices integer not null default 1,
    hidden boolean not null default false,
    rule_id text not null default '',
    due_at timestamptz, -- of the order while it runs, or of the review of an emergency
    left_seconds bigint not null default 0, -- of the order, once it was contested
    claimed_by text not null default '',
    claimed_at timestamptz,
    asked_by text not null default '', -- the first of the two who ban
    asked_at timestamptz,
    unmet_at timestamptz,
    evidence bytea,
    opened_by text not null default '', -- an operator, if it was not reported
    opened_at timestamptz not null,
    moved_at timestamptz not null,
    deleted_at timestamptz, -- when what was hidden was deleted
    account_class text not null default '',
    taken text not null default '', -- by hiding: what there is to give back
    halted_at timestamptz, -- when it was an emergency, if it ever was
    check ((state in ('ordered', 'halted')) = (due_at is not null))
);
create unique index cases_undecided_once on cases_cases (kind, target)
where state in ('reported', 'verified', 'ordered', 'contested', 'halted');
create index cases_by_state on cases_cases (state, voices desc, case_id);
create index cases_by_account on cases_cases (account_id, case_id);
create index cases_due on cases_cases (due_at) where due_at is not null;
create index cases_hidden on cases_cases (kind, target) where hidden or taken <> '';
create index cases_by_move on cases_cases (moved_at);

-- Who reported, and what tells whether many are one.
create table cases_reports (
    case_id text not null references cases_cases (case_id) on delete cascade,
    complaint_id text primary key,
    account_id text,
    user_id text not null,
    reported_at timestamptz not null,
    created_at timestamptz not null, -- of the account
    door text not null
);
create index cases_reports_by_case on cases_reports (case_id);
create index cases_reports_by_account on cases_reports (account_id);

-- What was done in a case, with the statement of reasons or the words that go with it.
create table cases_steps (
    step_id text primary key,
    case_id text not null references cases_cases (case_id) on delete cascade,
    act text not null,
    state text not null, -- that it led to
    actor text not null, -- an operator's id, 'author' or 'house'
    rule_id text not null default '',
    label text not null default '',
    statement bytea,
    at timestamptz not null
);
create index cases_steps_by_case on cases_steps (case_id, step_id);
create index cases_steps_by_time on cases_steps (at);

create table cases_appeals (
    appeal_id text primary key,
    case_id text not null unique references cases_cases (case_id) on delete cascade,
    filed_at timestamptz not null,
    due_at timestamptz not null,
    words bytea,
    taken_by text not null default '',
    outcome text check (outcome in ('upheld', 'overturned')),
    answer bytea,
    decided_at timestamptz,
    check ((outcome is null) = (decided_at is null))
);
create index cases_appeals_waiting on cases_appeals (due_at) where outcome is null;

-- Which accounts are operators' own: what these wrote or reported is for others to decide.
create table cases_reviewers (
    operator_id text not null,
    user_id text not null,
    primary key (operator_id, user_id)
);

-- Second sign-offs, when many accounts are decided on for one reason, and the review afterwards.
create table cases_sign_offs (
    sign_off_id text primary key,
    reason text not null, -- label:… or rule:…
    operator_id text not null,
    at timestamptz not null,
    reviewed_by text not null default '',
    reviewed_at timestamptz
);
create index cases_sign_offs_by_reason on cases_sign_offs (reason, at);
