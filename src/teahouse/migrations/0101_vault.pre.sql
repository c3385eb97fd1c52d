-- The rows that there were all have the first suite.
alter table vault_deks validate constraint vault_deks_suite_check;
