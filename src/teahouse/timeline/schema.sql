-- Every event of every room, in the order of the log. body is what clients see, encoded once.
create table timeline_events (
    room_id text not null,
    pos bigint not null,
    event_id text not null,
    type text not null,
    sender text not null,
    ts bigint not null,
    body bytea not null,
    state_key text,
    device_id text not null,
    txn_id text not null,
    redacts text not null,
    primary key (room_id, pos)
);
create unique index timeline_events_by_id on timeline_events (event_id);
create index timeline_events_of_state on timeline_events (room_id, type, state_key, pos)
    where state_key is not null;
create index timeline_events_by_time on timeline_events (room_id, ts, pos);

-- Which transaction of which device made which event: a replay gets the same answer.
create table timeline_transactions (
    user_id text not null,
    device_id text not null,
    place text not null,
    event_id text not null,
    at timestamptz not null default now(),
    primary key (user_id, device_id, place)
);
create index timeline_transactions_by_age on timeline_transactions (at);

-- The bodies of events that are withheld from readers, as they were, until they are given back or
-- their time is over.
create table timeline_withheld (
    event_id text primary key,
    room_id text not null,
    sender text not null,
    body bytea not null
);
create index timeline_withheld_by_sender on timeline_withheld (sender, room_id);
