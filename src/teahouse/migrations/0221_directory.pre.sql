-- no-transaction
-- The list of rooms in the order in which they were listed, read without sorting all of it.
create index concurrently if not exists directory_published_by_age
    on directory_published (published_at, room_id);
