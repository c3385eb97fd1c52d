-- Of which scope a run is, and which keys wrapped whose data keys before it began.
alter table upgrades_runs
    add column scope text not null default '*',
    add column census jsonb;
