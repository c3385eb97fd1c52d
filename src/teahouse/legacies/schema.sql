-- What somebody wants to be done with their account when they have died, and by whom.
create table legacies_wishes (
    account_id text primary key,
    user_id text not null,
    state text not null check (state in ('named', 'confirmed', 'declined', 'nobody')),
    contact_id text not null default '', -- an account; empty: nobody
    contact_user text not null default '',
    may text[] not null default '{}',
    said_at timestamptz not null,
    answered_at timestamptz,
    check ((state = 'nobody') = (contact_id = '')),
    check ((state = 'nobody') = (cardinality(may) = 0))
);
create index legacies_wishes_by_contact on legacies_wishes (contact_id) where contact_id <> '';

-- Who asks for what to be done with the account of somebody who has died. words: who they are, and
-- which papers they have shown; sealed under a key of the claim's own.
create table legacies_claims (
    claim_id text primary key,
    account_id text not null,
    user_id text not null,
    claimant_id text not null, -- an account; empty: family, for whom an operator filed it
    filed_by text not null,
    filed_at timestamptz not null,
    wants text[] not null check (cardinality(wants) > 0),
    words bytea not null,
    state text not null check (
        state in ('filed', 'checked', 'waiting', 'giving', 'done', 'refused', 'stopped')
    ),
    first_by text not null default '',
    second_by text not null default '' check (second_by = '' or second_by <> first_by),
    until_at timestamptz, -- the account has time until then; later: its copy is there until then
    told_at timestamptz, -- when the account was told last
    export_id text not null default '',
    moved_at timestamptz not null,
    reason text not null default '',
    check ((state in ('waiting', 'giving')) <= (until_at is not null and second_by <> ''))
);
create unique index legacies_claims_open on legacies_claims (account_id)
where state in ('filed', 'checked', 'waiting', 'giving');
create index legacies_claims_due on legacies_claims (until_at)
where state in ('waiting', 'giving');
create index legacies_claims_by_claimant on legacies_claims (claimant_id) where claimant_id <> '';
