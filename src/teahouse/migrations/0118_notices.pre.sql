-- For which run of an upgrade a key was made: one for each. The table has a handful of rows.
-- squawk-ignore-file require-concurrent-index-creation
alter table notices_keys add column run_id text;
create unique index notices_keys_by_run on notices_keys (run_id);
