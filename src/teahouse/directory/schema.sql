-- Names of rooms, with their # and server.
create table directory_aliases (
    alias text primary key,
    room_id text not null,
    creator text not null,
    created_at timestamptz not null
);
create index directory_aliases_by_room on directory_aliases (room_id);

-- Rooms that are listed for everybody.
create table directory_published (
    room_id text primary key,
    published_at timestamptz not null
);
create index directory_published_by_age on directory_published (published_at, room_id);

-- Rooms that anybody may enter, or read: whoever is in one can be found by everybody.
create table directory_open (
    room_id text primary key,
    joinable boolean not null default false,
    readable boolean not null default false
);
create index directory_open_now on directory_open (room_id) where joinable or readable;

-- Rooms that are kept off the list, whoever lists them, until they are let go.
create table directory_withheld (
    room_id text primary key,
    since timestamptz not null
);

-- Rooms and people that nobody finds in lists and searches, for as long as any reason stands.
create table directory_hidden (
    target text not null, -- a room's id, or a person's
    why text not null,
    since timestamptz not null,
    primary key (target, why)
);
