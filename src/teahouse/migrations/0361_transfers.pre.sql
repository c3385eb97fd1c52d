-- Transfers across borders. What one says is never changed; a new entry takes its place.
create table transfers_transfers (
    transfer_id text primary key,
    content jsonb not null,
    state text not null check (state in ('proposed', 'in_force', 'ended', 'dropped')),
    proposed_by text not null,
    proposed_at timestamptz not null,
    agreed_by text check (agreed_by <> proposed_by),
    agreed_at timestamptz,
    ended_at timestamptz,
    end_reason text not null default '',
    check ((agreed_by is null) = (agreed_at is null)),
    check (state <> 'in_force' or agreed_by is not null)
);

-- Of how many people at most, since 1 January. Nobody is named.
create table transfers_volumes (
    transfer_id text not null references transfers_transfers,
    year integer not null,
    people bigint not null,
    sensitive bigint not null,
    primary key (transfer_id, year)
);

-- When a limit was near, or reached, for the first time in a year.
create table transfers_crossings (
    year integer not null,
    limit_id text not null,
    level text not null check (level in ('near', 'reached')),
    at timestamptz not null,
    primary key (year, limit_id, level)
);
