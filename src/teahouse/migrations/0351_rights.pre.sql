-- An erasure that a legal hold puts off, and what is left of one for holds alone.
alter table rights_erasures add column held_until timestamptz;
alter table rights_erasures add column held_because text not null default '';
alter table rights_erasures add column held text not null default '';
