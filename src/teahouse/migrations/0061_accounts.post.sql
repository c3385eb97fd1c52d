-- What was begun here lives a quarter of an hour; since 0060 it is begun in recovery_proofs.
-- squawk-ignore ban-drop-table
drop table accounts_uia;
