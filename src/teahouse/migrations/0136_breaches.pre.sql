-- squawk-ignore-file require-concurrent-index-deletion, ban-drop-constraint
-- The list of who is affected is written ten million rows at a time: it has one index, its key, and
-- nothing is looked up for each row. A case is never deleted.
drop index if exists breaches_affected_by_account;
drop index if exists breaches_affected_untold;
alter table breaches_affected drop constraint if exists breaches_affected_case_id_fkey;
