-- When it was last seen whether the first of a pair has left its form to the other.
alter table vault_merges add column looked_at timestamptz;
