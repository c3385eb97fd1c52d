-- Rooms by a short number, under which the index knows them. Nothing is kept of what is encrypted.
create table search_rooms (
    room_id text primary key,
    number integer generated always as identity unique,
    encrypted boolean not null default false
);

-- What each message is found by: its words, pairs of characters, and its room as one more word.
create table search_messages (
    room integer not null,
    pos bigint not null,
    words tsvector not null,
    primary key (room, pos)
);
create index search_messages_by_word on search_messages using gin (words);

-- How far the events of before the index, or before it was last rebuilt, have been looked through.
create table search_filling (
    one boolean primary key default true check (one),
    room_id text not null default '',
    pos bigint not null default 0,
    done boolean not null default false
);
insert into search_filling default values;
