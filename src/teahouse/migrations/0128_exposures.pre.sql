-- How much of a column was under a key that is to go, at a moment of a run; counted, or reckoned from
-- how far the run is.
create table exposures_points (
    run_id text not null,
    data_class text not null,
    place text not null,
    column_name text not null, -- '': the whole table
    at timestamptz not null,
    exposed bigint not null check (exposed >= 0),
    counted boolean not null,
    primary key (run_id, data_class, place, column_name, at)
);

-- What the verifier found, by column, too.
alter table upgrades_ranges add column columns jsonb not null default '{}';
