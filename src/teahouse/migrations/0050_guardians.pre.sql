-- What children ask of grown-ups while they register: found by a code that they show.
create table guardians_asks (
    digest bytea primary key,
    registration_digest bytea not null unique,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    guardian_id text,
    birth_month bytea,
    policy_version text,
    lang text,
    agreed_at timestamptz,
    check ((agreed_at is null) = (guardian_id is null)),
    check ((agreed_at is null) = (birth_month is null))
);
create index guardians_asks_by_expiry on guardians_asks (expires_at);

-- Whose child an account is, and what its guardian agreed to.
create table guardians_links (
    child_id text primary key,
    child_user text not null,
    guardian_id text not null,
    birth_month bytea not null,
    policy_version text not null,
    lang text not null,
    since timestamptz not null,
    withdrawn_at timestamptz
);
create index guardians_links_by_guardian on guardians_links (guardian_id);
create index guardians_links_withdrawn on guardians_links (withdrawn_at)
where withdrawn_at is not null;
