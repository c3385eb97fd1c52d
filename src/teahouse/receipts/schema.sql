-- How far a person has read a room: one row for each kind of receipt and thread.
create table receipts_receipts (
    room_id text not null,
    user_id text not null,
    type text not null,
    thread_id text not null,
    event_id text not null,
    event_pos bigint not null,
    ts bigint not null,
    pos bigint not null,
    primary key (room_id, user_id, type, thread_id)
);
create index receipts_receipts_by_user on receipts_receipts (user_id);
