-- squawk-ignore-file ban-drop-constraint
-- Old code has stopped: it knew one reason for each account.
alter table standing_silences drop constraint standing_silences_pkey;
alter table standing_silences
add constraint standing_silences_pkey primary key using index standing_silences_by_why;
