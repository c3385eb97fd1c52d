-- What a person's clients keep with us; room_id is '' for what is about no room. pos is the log
-- position of the last change, written after the log's head was taken, so it follows commit order.
create table accountdata_values (
    user_id text not null,
    room_id text not null,
    type text not null,
    content bytea not null,
    pos bigint not null,
    primary key (user_id, room_id, type)
);
create index accountdata_values_by_pos on accountdata_values (user_id, pos);

-- Sync filters, named by a digest of their text: the same filter twice is one row.
create table accountdata_filters (
    user_id text not null,
    filter_id text not null,
    body bytea not null,
    primary key (user_id, filter_id)
);
