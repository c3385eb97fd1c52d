-- Every privacy policy that was ever in force, as it read.
create table consent_policies (
    version text primary key,
    zh text not null,
    en text not null,
    effective_at timestamptz not null,
    published_at timestamptz not null,
    reason text not null default ''
);

-- What somebody was told and answered. Before there is an account, it names the registration.
create table consent_receipts (
    receipt_id text primary key,
    account_id text,
    registration_id text,
    policy_version text not null,
    lang text not null check (lang in ('zh', 'en')),
    accepted text[] not null,
    declined text[] not null,
    basis text not null check (basis in ('notice', 'withdrawal', 'administrator', 'test')),
    screen text not null,
    at timestamptz not null,
    check (account_id is not null or registration_id is not null)
);
create index consent_receipts_by_account on consent_receipts (account_id, at);

create function consent_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'consent receipts are only ever added';
end $$;
create trigger consent_receipts_append_only before update or delete on consent_receipts
    for each row execute function consent_append_only();

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
