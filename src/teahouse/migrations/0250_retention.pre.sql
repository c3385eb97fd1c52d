-- Every room, with what it says itself of how long its messages are kept (null: nothing). What is not
-- later than swept_ts and swept_pos is done. due_at, in ms: when to look again; null: never, as it is
-- now. untold_pos: messages up to there are gone, and this was not told to every worker yet.
create table retention_rooms (
    room_id text primary key,
    max_ms bigint,
    min_ms bigint,
    swept_ts bigint not null default -1,
    swept_pos bigint not null default 0,
    due_at bigint,
    untold_pos bigint
);
create index retention_rooms_due on retention_rooms (due_at) where due_at is not null;

-- How far all rooms have been gone through since the house's own bounds changed.
create table retention_walk (
    one boolean primary key default true check (one),
    bounds text not null default '',
    room_id text not null default '',
    done boolean not null default false
);

-- How many messages were taken away on a day (UTC), and how many bytes their bodies had.
create table retention_days (
    day date primary key,
    events_count bigint not null,
    bytes_count bigint not null
);
