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
