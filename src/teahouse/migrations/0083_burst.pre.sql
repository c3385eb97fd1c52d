-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid
-- What screening leaves of a sign-up: the rules that spoke, and how its account begins in a burst.
alter table screening_sightings add column rules text[] not null default '{}';

alter table standing_accounts drop constraint standing_accounts_why_check;
alter table standing_accounts add constraint standing_accounts_why_check
check (why in ('screening', 'setting', 'burst', 'vouch', 'age', 'operator')) not valid;
alter table standing_accounts validate constraint standing_accounts_why_check;
