-- Token buckets that hold on any number of workers. Not worth keeping through a crash.
create unlogged table screening_buckets (
    name text not null,
    key_digest bytea not null,
    tokens double precision not null,
    filled_at timestamptz not null,
    primary key (name, key_digest)
);
create index screening_buckets_by_age on screening_buckets (filled_at);

-- How operators have set each rule; one that has no row is as it comes.
create table screening_rules (
    rule text primary key,
    mode text not null check (mode in ('off', 'watch', 'on')),
    amount integer not null check (amount >= 0),
    changed_by text not null,
    changed_at timestamptz not null
);

-- What operators say about e-mail domains and about networks.
create table screening_domains (
    domain text primary key,
    action text not null check (action in ('deny', 'allow', 'hold')),
    reason text not null,
    expires_at timestamptz,
    created_by text not null,
    created_at timestamptz not null
);
create table screening_networks (
    network text primary key,
    action text not null check (action in ('deny', 'hold', 'limit')),
    reason text not null,
    expires_at timestamptz,
    created_by text not null,
    created_at timestamptz not null
);

-- One secret a day, under which prefixes are digested; gone after two days, and the link with it.
create table screening_keys (
    day date primary key,
    secret bytea not null
);

-- Proofs and places in line that were used, until they would have ended.
create table screening_spent (
    digest bytea primary key,
    expires_at timestamptz not null
);
create index screening_spent_by_expiry on screening_spent (expires_at);

-- Sign-ups that look made by one hand, and what operators decided about them.
create table screening_clusters (
    cluster_id text primary key,
    began_at timestamptz not null,
    decision text not null default '' check (decision in ('', 'stage', 'review', 'ignore')),
    decided_by text,
    decided_at timestamptz
);

-- What was seen of a sign-up, from its contact step on: digests and coarse shapes, three days.
create table screening_sightings (
    registration_digest bytea primary key,
    at timestamptz not null,
    began_at timestamptz not null,
    door text not null,
    region text not null,
    account_class text not null,
    prefix_digest bytea not null,
    prefix_before_digest bytea not null, -- the same under the day before's key
    agent_digest bytea not null,
    contact_digest bytea not null, -- of the mail host, or of a number without its last four
    mail_kind text not null,
    invite_digest bytea,
    held boolean not null, -- an operator's list holds it
    stem_digest bytea,
    shape text not null default '',
    passwordless boolean,
    pace smallint,
    gap smallint,
    finished_at timestamptz,
    neighbours integer not null default 0,
    verdict text not null default '' check (verdict in ('', 'pass', 'stage', 'hold', 'refuse')),
    cluster_id text references screening_clusters (cluster_id),
    account_id text, -- of a floor that is not ours: no foreign key
    rules text[] not null default '{}' -- by which the verdict is
);
create index screening_sightings_by_time on screening_sightings (at);
create index screening_sightings_by_prefix on screening_sightings (prefix_digest, at);
create index screening_sightings_by_agent on screening_sightings (agent_digest, at);
create index screening_sightings_by_contact on screening_sightings (contact_digest, at);
create index screening_sightings_by_stem on screening_sightings (stem_digest, at);
create index screening_sightings_by_invite on screening_sightings (invite_digest, at);
create index screening_sightings_by_cluster on screening_sightings (cluster_id);

-- What each rule did, by the minute.
create table screening_tally (
    rule text not null,
    minute timestamptz not null,
    outcome text not null check (outcome in ('did', 'would')),
    count integer not null,
    primary key (rule, minute, outcome)
);
