-- Why what somebody shows of themselves is opened for nobody else for now.
alter table vault_subjects add column restricted text[] not null default '{}';
