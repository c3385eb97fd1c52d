-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid
-- A registration can be put out of force by a decision, and in force again.
alter table officials_accounts drop constraint officials_accounts_state_check;
alter table officials_accounts add constraint officials_accounts_state_check
check (state in ('registered', 'withheld')) not valid;
alter table officials_accounts validate constraint officials_accounts_state_check;
