-- What a device shows of itself to those who write to it. Ends with its session.
create table encryption_devices (
    session_id text primary key references accounts_sessions (session_id) on delete cascade,
    user_id text not null,
    device_id text not null,
    keys bytea not null
);
create index encryption_devices_by_user on encryption_devices (user_id);

-- Keys that are given out once each; nth orders the uploads of a device.
create table encryption_one_time_keys (
    session_id text not null references accounts_sessions (session_id) on delete cascade,
    algorithm text not null,
    key_id text not null,
    nth bigint not null,
    body bytea not null,
    primary key (session_id, algorithm, key_id)
);
create index encryption_one_time_keys_in_order
    on encryption_one_time_keys (session_id, algorithm, nth);

-- What is given out when a device has no one-time key left.
create table encryption_fallback_keys (
    session_id text not null references accounts_sessions (session_id) on delete cascade,
    algorithm text not null,
    key_id text not null,
    body bytea not null,
    used boolean not null default false,
    primary key (session_id, algorithm)
);

-- Cross-signing keys of a person.
create table encryption_cross_keys (
    user_id text not null,
    usage text not null check (usage in ('master', 'self_signing', 'user_signing')),
    public_key text not null,
    body bytea not null,
    primary key (user_id, usage)
);

-- A signature that was added to a key later; target is a device, or a public key.
create table encryption_signatures (
    user_id text not null,
    target text not null,
    signer text not null,
    key_id text not null,
    signature text not null,
    primary key (user_id, target, signer, key_id)
);
create index encryption_signatures_by_signer on encryption_signatures (signer);

-- Where in the log a person's keys last changed; told is '' for all who share a room with them, or
-- the one person whom it concerns. Written after the log's head was taken.
create table encryption_changes (
    user_id text not null,
    told text not null,
    pos bigint not null,
    primary key (user_id, told)
);
create index encryption_changes_by_reader on encryption_changes (told, pos) where told <> '';

-- Letters from device to device that have not been fetched; pos is written after the head was taken.
create table encryption_letters (
    session_id text not null references accounts_sessions (session_id) on delete cascade,
    pos bigint not null,
    body bytea not null,
    sent_at timestamptz not null,
    primary key (session_id, pos)
);
create index encryption_letters_by_age on encryption_letters (sent_at);

-- Which request of which device has been done: a replay does nothing.
create table encryption_transactions (
    session_id text not null references accounts_sessions (session_id) on delete cascade,
    place text not null,
    at timestamptz not null,
    primary key (session_id, place)
);
create index encryption_transactions_by_age on encryption_transactions (at);
