-- A version of a person's backup. A deleted one keeps its number, and nothing else.
create table keybackups_versions (
    account_id text not null references accounts_accounts (account_id),
    version bigint not null,
    algorithm text not null,
    auth_data bytea, -- null: deleted
    key_count bigint not null default 0,
    etag bigint not null default 0,
    primary key (account_id, version)
);

-- The key of one conversation in a room, as the person's devices have locked it.
create table keybackups_sessions (
    account_id text not null,
    version bigint not null,
    room_id text not null,
    session_id text not null,
    first_message_index bigint not null,
    forwarded_count bigint not null,
    is_verified boolean not null,
    session_data bytea not null,
    primary key (account_id, version, room_id, session_id),
    foreign key (account_id, version) references keybackups_versions (account_id, version)
        on delete cascade
);
