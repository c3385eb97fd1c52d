-- Which event relates to which: one row for each event that names another in m.relates_to. counts is
-- false for what the specification says to ignore: an edit by somebody else, a second annotation.
create table relations_edges (
    room_id text not null,
    target_id text not null,
    pos bigint not null,
    event_id text not null,
    rel_type text not null,
    type text not null,
    sender text not null,
    ts bigint not null,
    key text not null,
    counts boolean not null,
    thread_id text not null, -- the root of the thread that the event is in, or empty
    target_sender text not null,
    primary key (room_id, target_id, pos)
);
create unique index relations_edges_by_event on relations_edges (event_id);
create unique index relations_edges_annotations
    on relations_edges (target_id, sender, type, md5(key))
    where rel_type = 'm.annotation' and counts;
create index relations_edges_threads on relations_edges (room_id, pos)
    where rel_type = 'm.thread' and counts;

-- How far the events of before this domain have been looked through; no row when they have been.
create table relations_filling (
    one boolean primary key default true check (one),
    room_id text not null default '',
    pos bigint not null default 0
);
