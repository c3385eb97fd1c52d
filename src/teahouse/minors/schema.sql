-- How old somebody is, as it was told: one row for each who told. The band is sealed.
create table minors_ages (
    account_id text not null references accounts_accounts (account_id),
    source text not null check (source in ('document', 'guardian', 'operator', 'phone')),
    token bytea not null,
    told_at timestamptz not null,
    primary key (account_id, source)
);

-- Who asks to have their age looked at again, in words of their own.
create table minors_appeals (
    account_id text primary key references accounts_accounts (account_id),
    words bytea not null,
    made_at timestamptz not null
);
create index minors_appeals_by_time on minors_appeals (made_at);

-- Who answers for whom. Who is asked and has not agreed is nobody's guardian.
create table minors_links (
    child_id text not null references accounts_accounts (account_id),
    guardian_id text not null references accounts_accounts (account_id),
    asked_at timestamptz not null,
    agreed_at timestamptz,
    primary key (child_id, guardian_id),
    check (child_id <> guardian_id)
);
create index minors_links_by_guardian on minors_links (guardian_id);
create index minors_links_asked on minors_links (asked_at) where agreed_at is null;

-- What a guardian said that a child of theirs may, or may not.
create table minors_words (
    child_id text not null,
    guardian_id text not null,
    capability text not null,
    allowed boolean not null,
    said_at timestamptz not null,
    primary key (child_id, guardian_id, capability),
    foreign key (child_id, guardian_id)
    references minors_links (child_id, guardian_id) on delete cascade
);

-- Whom a minor asks to write with; who is agreed to by a guardian is no stranger.
create table minors_contacts (
    child_id text not null references accounts_accounts (account_id),
    contact_id text not null references accounts_accounts (account_id),
    asked_at timestamptz not null,
    guardian_id text references accounts_accounts (account_id),
    agreed_at timestamptz,
    primary key (child_id, contact_id),
    check (child_id <> contact_id),
    check ((guardian_id is null) = (agreed_at is null))
);
create index minors_contacts_by_contact on minors_contacts (contact_id);
create index minors_contacts_by_guardian on minors_contacts (guardian_id);
