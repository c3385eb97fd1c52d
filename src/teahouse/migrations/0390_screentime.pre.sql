-- How many minutes of a day a minor used the house, and what a guardian gave for that day besides.
create table screentime_days (
    account_id text not null references accounts_accounts (account_id),
    day date not null,
    minutes smallint not null check (minutes between 0 and 1440),
    last_minute smallint not null check (last_minute between -1 and 1439),
    granted_minutes smallint not null check (granted_minutes between 0 and 1440),
    primary key (account_id, day)
);
create index screentime_days_by_day on screentime_days (day);

-- What a guardian set for a day of the week (Monday is 0), and for days off (7).
create table screentime_plans (
    child_id text not null references accounts_accounts (account_id),
    weekday smallint not null check (weekday between 0 and 7),
    guardian_id text not null references accounts_accounts (account_id),
    minutes smallint check (minutes between 0 and 1440),
    begins_minute smallint check (begins_minute between 0 and 1439),
    ends_minute smallint check (ends_minute between 1 and 1440),
    set_at timestamptz not null,
    primary key (child_id, weekday),
    check ((begins_minute is null) = (ends_minute is null)),
    check (begins_minute < ends_minute)
);
create index screentime_plans_by_guardian on screentime_plans (guardian_id);
