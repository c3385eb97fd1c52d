-- Answers of all workers, second by second, until they are summed up.
create table uptime_seconds (
    capability text not null,
    at timestamptz not null, -- a whole second
    answered integer not null,
    failed integer not null, -- because of us
    primary key (capability, at)
);
create index uptime_seconds_by_age on uptime_seconds (at);

-- The same by the minute.
create table uptime_minutes (
    capability text not null,
    minute timestamptz not null,
    requests bigint not null,
    failed bigint not null,
    down_seconds integer not null,
    gap_seconds integer not null, -- the longest time from one answered second to the next
    last_at timestamptz, -- the last answered second
    primary key (capability, minute)
);
create index uptime_minutes_by_age on uptime_minutes (minute);
