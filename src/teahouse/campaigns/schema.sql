-- Campaigns. What one says is never changed; whether its rules hold is told by its times.
create table campaigns_campaigns (
    campaign_id text primary key,
    content jsonb not null,
    state text not null check (
        state in ('drafted', 'announced', 'cancelled', 'halted', 'concluded')
    ),
    ends_at timestamptz not null,
    drafted_by text not null,
    drafted_at timestamptz not null,
    announced_by text check (announced_by <> drafted_by),
    announced_at timestamptz,
    ended_at timestamptz,
    end_reason text not null default '',
    tally jsonb not null default '{}', -- what came of it, counted now and then
    tallied_at timestamptz,
    check ((announced_by is null) = (announced_at is null))
);
create index campaigns_campaigns_running on campaigns_campaigns (ends_at) where state = 'announced';
