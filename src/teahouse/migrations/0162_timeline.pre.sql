-- no-transaction
-- What was said at a certain time (timestamp_to_event).
create index concurrently if not exists timeline_events_by_time
    on timeline_events (room_id, ts, pos);
