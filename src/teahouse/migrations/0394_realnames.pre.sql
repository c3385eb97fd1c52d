-- The band of ages that a document told while its person still registered; sealed, and never a day of birth.
alter table realnames_pending add column age bytea;
