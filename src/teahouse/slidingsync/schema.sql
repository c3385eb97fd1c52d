-- Connections of devices, by their name, at the turn that the client is known to have. pending is the
-- turn of the answer that it may have got since. Unlogged: lost in a crash, and then begun anew.
create unlogged table slidingsync_connections (
    session_id text not null references accounts_sessions (session_id) on delete cascade,
    conn_id text not null,
    turn bigint not null,
    pending bigint not null,
    configs text not null,
    used_at timestamptz not null,
    primary key (session_id, conn_id)
);
create index slidingsync_connections_by_age on slidingsync_connections (used_at);

-- What a client has of a room as of a turn: up to which position (0: of everything), how many events,
-- by which of the connection's configs the state, whose memberships. gone: it has the room no more.
create unlogged table slidingsync_rooms (
    session_id text not null,
    conn_id text not null,
    room_id text not null,
    turn bigint not null,
    pos bigint not null,
    membership text not null,
    event_limit integer not null,
    config integer not null,
    members text not null,
    is_dm boolean not null,
    gone boolean not null,
    primary key (session_id, conn_id, room_id, turn),
    foreign key (session_id, conn_id) references slidingsync_connections on delete cascade
);
