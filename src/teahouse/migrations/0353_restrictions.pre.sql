-- Restrictions of what is done with somebody's data: on which ground, and what was decided. words and
-- answer are sealed under the person's own key.
create table restrictions_restrictions (
    restriction_id text primary key,
    account_id text not null,
    user_id text not null,
    ground text not null check (ground in ('accuracy', 'unlawful', 'claims', 'objection')),
    state text not null check (state in ('in_force', 'ending', 'ended')),
    words bytea not null,
    asked_at timestamptz not null,
    due_at timestamptz not null,
    decided_by text not null default '',
    decided_at timestamptz,
    answer bytea,
    ends_at timestamptz,
    ended_at timestamptz,
    check ((state = 'ending') <= (ends_at is not null and answer is not null)),
    check ((state = 'ended') = (ended_at is not null))
);
create unique index restrictions_restrictions_open on restrictions_restrictions (account_id)
where state <> 'ended';
create index restrictions_restrictions_by_account on restrictions_restrictions (
    account_id, asked_at
);
create index restrictions_restrictions_ending on restrictions_restrictions (ends_at)
where state = 'ending';
