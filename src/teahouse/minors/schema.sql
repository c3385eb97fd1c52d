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

-- What guardians set for a minor beside the profile; what is empty is as the profile has it.
create table minors_limits (
    child_id text primary key references accounts_accounts (account_id),
    guardian_id text not null references accounts_accounts (account_id),
    once_minor bigint check (once_minor >= 0),
    month_minor bigint check (month_minor >= 0),
    night_begins smallint check (night_begins between 0 and 1439),
    night_ends smallint check (night_ends between 0 and 1439),
    set_at timestamptz not null,
    check ((night_begins is null) = (night_ends is null))
);
create index minors_limits_by_guardian on minors_limits (guardian_id);

-- What a minor has spent, or is about to, month by month. The row is what two payments meet at.
create table minors_spending (
    account_id text not null references accounts_accounts (account_id),
    month date not null,
    currency text not null,
    spent_minor bigint not null check (spent_minor >= 0),
    primary key (account_id, month, currency)
);
create index minors_spending_by_month on minors_spending (month);

-- Each amount that is counted there, by its order, so that it counts once and can be taken back.
create table minors_reservations (
    reservation_id text primary key,
    account_id text not null references accounts_accounts (account_id),
    month date not null,
    currency text not null,
    amount_minor bigint not null check (amount_minor > 0),
    made_at timestamptz not null
);
create index minors_reservations_by_account on minors_reservations (account_id, month);
create index minors_reservations_by_month on minors_reservations (month);
