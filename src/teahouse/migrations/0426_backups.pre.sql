-- With which processor a back-up lies, under that processor's key; empty: with nobody.
alter table backups_backups add column kept_by text not null default '';
