-- squawk-ignore-file ban-drop-constraint
--
-- Thumbnails that move are kept beside those that do not. What is kept already is looked at by the
-- next migration: that takes no lock that readers wait for.
alter table media_thumbnails drop constraint media_thumbnails_method_check;
alter table media_thumbnails add constraint media_thumbnails_method_check
check (method in ('crop', 'scale', 'crop moving', 'scale moving')) not valid;
