-- The bodies of events that are withheld from readers, as they were, until they are given back or
-- their time is over.
create table timeline_withheld (
    event_id text primary key,
    room_id text not null,
    sender text not null,
    body bytea not null
);
create index timeline_withheld_by_sender on timeline_withheld (sender, room_id);
