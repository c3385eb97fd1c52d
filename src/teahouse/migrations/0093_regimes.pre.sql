-- When an account was asked last: a task that is done is deleted, and was asked all the same.
-- squawk-ignore-file require-concurrent-index-deletion
alter table regimes_accounts add column asked_at timestamptz;
update regimes_accounts a set asked_at = t.given_at
from regimes_tasks t where t.account_id = a.account_id;
drop index regimes_tasks_given;
