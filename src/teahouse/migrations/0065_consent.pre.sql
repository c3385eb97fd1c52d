-- Versions say when they were published, why, and from when on they count.
alter table consent_policies add column published_at timestamptz;
update consent_policies set published_at = effective_at;
-- Versions are a handful, and each has just been given one.
-- squawk-ignore adding-not-nullable-field
alter table consent_policies alter column published_at set not null;
alter table consent_policies add column reason text not null default '';

-- Who has just shown who they are, by session: sensitive data open for it, for a while.
create table consent_stepups (
    session_id text primary key,
    reader text not null,
    until timestamptz not null
);
create index consent_stepups_by_end on consent_stepups (until);

-- What people declined when the app asked by itself, so that it does not ask again soon.
create table consent_asks (
    account_id text not null,
    ask text not null,
    times integer not null check (times > 0),
    declined_at timestamptz not null,
    primary key (account_id, ask)
);
