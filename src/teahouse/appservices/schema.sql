-- Application services that operators have let in.
create table appservices_services (
    service_id text primary key,
    subject_id text not null unique, -- under whose key our token to it is sealed
    token_digest bytea not null unique, -- of the token that it shows to us
    hs_token bytea not null, -- the one that we show to it
    kept text not null, -- the rest of its registration, as JSON
    file_digest bytea not null, -- of the whole of it: the same once more changes nothing
    added_at timestamptz not null,
    sent_count bigint not null default 0, -- the number of the transaction that it confirmed last
    failure_count integer not null default 0, -- tries in a row that failed
    leased_until timestamptz, -- while a worker sends to it
    processor_id text not null default '' -- whose it is; empty: by its host, as the register has it
);

-- Events that a service has not confirmed yet, in order. Those with a number are a transaction that
-- is under way: it is sent again as it is.
create table appservices_queue (
    service_id text not null references appservices_services (service_id) on delete cascade,
    pos bigint not null,
    event_id text not null,
    number bigint,
    primary key (service_id, pos)
);

-- Rooms that services list in the directories of their networks.
create table appservices_listed (
    service_id text not null references appservices_services (service_id) on delete cascade,
    network_id text not null,
    room_id text not null,
    listed_at timestamptz not null,
    primary key (service_id, network_id, room_id)
);
