-- One row per room. state_pos is the log position of its newest state event.
create table rooms_rooms (
    room_id text primary key,
    version text not null,
    creator text not null,
    created_at timestamptz not null,
    state_pos bigint not null
);

-- The current state: the newest event of each type and state key, as clients see it.
create table rooms_state (
    room_id text not null references rooms_rooms,
    type text not null,
    state_key text not null,
    event_id text not null,
    pos bigint not null,
    body bytea not null,
    primary key (room_id, type, state_key)
);

-- Who is what to a room; the same as the m.room.member rows above, found by person.
create table rooms_members (
    room_id text not null references rooms_rooms,
    user_id text not null,
    membership text not null,
    sender text not null,
    pos bigint not null,
    forgotten boolean not null default false,
    primary key (room_id, user_id)
);
create index rooms_members_by_user on rooms_members (user_id);
