-- no-transaction
-- What somebody said in a room: for their copy, their erasure, and to look whether it happened.
create index concurrently if not exists timeline_events_by_sender
    on timeline_events (sender, room_id);
