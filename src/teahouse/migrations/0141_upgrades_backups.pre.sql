-- squawk-ignore-file ban-drop-constraint
-- Two persons may let a key go although back-ups are sealed under it.
alter table upgrades_agreements drop constraint upgrades_agreements_act_check;
alter table upgrades_agreements add constraint upgrades_agreements_act_check
    check (act in ('retire', 'destroy', 'force', 'lose_backups')) not valid;
alter table upgrades_agreements validate constraint upgrades_agreements_act_check;
