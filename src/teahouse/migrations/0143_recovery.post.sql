-- What was begun here lives a quarter of an hour; since 0142 it is begun in proofs_sessions.
-- squawk-ignore ban-drop-table
drop table recovery_proofs;
