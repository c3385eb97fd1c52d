-- What was found when everything was looked through for the ids of an erased account.
alter table rights_erasures add column combed_at timestamptz,
add column traces text not null default '';
