-- How many people the house held data of, and how many of them came within thirty days, on a day (UTC).
create table thresholds_days (
    day date primary key,
    individuals bigint not null,
    active bigint not null
);

-- When a threshold was first near, and first reached.
create table thresholds_crossings (
    threshold_id text not null,
    level text not null check (level in ('near', 'reached')),
    day date not null,
    people bigint not null,
    primary key (threshold_id, level)
);
