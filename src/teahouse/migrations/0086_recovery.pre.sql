alter table recovery_notices add column about bytea;
alter table recovery_notices add column place bytea;
