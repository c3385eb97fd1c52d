-- Whether new accounts of a scope need approval. History: a rule is ended, never edited.
create table approvals_rules (
    rule_id text primary key,
    region text not null,
    account_class text not null,
    door text not null,
    needed boolean not null,
    asks_reason boolean not null,
    set_by text not null,
    set_at timestamptz not null,
    ended_at timestamptz
);
create unique index approvals_rules_in_force
on approvals_rules (region, account_class, door) where ended_at is null;

-- Registrations that wait, and the record of what was decided. What the owner wrote is sealed, there
-- only while it waits; with the end the registration's digest goes too.
create table approvals_requests (
    request_id text primary key,
    digest bytea unique,
    waits_for text[] not null,
    account_class text not null,
    region text not null,
    doors text[] not null,
    lang text not null,
    signals text[] not null, -- each as JSON: a rule, how many are alike, since when
    asks_reason boolean not null,
    reason bytea,
    state text not null check (
        state in ('waiting', 'more', 'approved', 'declined', 'lapsed', 'withdrawn', 'done')
    ),
    rounds integer not null default 0,
    template text not null default '',
    words text not null default '',
    decided_by text not null default '',
    decided_at timestamptz,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    check (state in ('waiting', 'more') or reason is null)
);
create index approvals_requests_by_age on approvals_requests (state, created_at);

-- Each time that more was asked for.
create table approvals_rounds (
    request_id text not null references approvals_requests (request_id) on delete cascade,
    number integer not null,
    template text not null,
    words text not null,
    asked_by text not null,
    asked_at timestamptz not null,
    answered_at timestamptz,
    primary key (request_id, number)
);

-- Letters on their way to those who waited, each deleted when it was sent.
create table approvals_letters (
    letter_id text primary key,
    digest bytea not null,
    template text not null,
    lang text not null,
    contact_kind text not null,
    contact bytea not null,
    created_at timestamptz not null
);
