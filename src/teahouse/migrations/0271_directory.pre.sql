-- Rooms that are kept off the list, whoever lists them, until they are let go.
create table directory_withheld (
    room_id text primary key,
    since timestamptz not null
);
