-- Apps that have registered (RFC 7591). What says the same of itself is the same app, so that its
-- copies on many devices are one row.
create table grants_clients (
    client_id text primary key,
    metadata_digest bytea not null unique,
    metadata text not null, -- JSON, as it was answered
    used_at timestamptz not null
);
create index grants_clients_by_use on grants_clients (used_at);

-- An app that asks to be let in: from a browser that comes back to it by a redirect, or from a
-- device that shows a code and asks how far it is.
create table grants_requests (
    request_id text primary key,
    way text not null check (way in ('browser', 'device')),
    client_id text not null references grants_clients (client_id) on delete cascade,
    word_digest bytea not null unique, -- of what the owner's browser comes with
    code_digest bytea unique, -- of what the app comes with
    device_id text not null,
    scope text not null,
    redirect_uri text not null default '',
    client_state text,
    response_mode text not null default 'query' check (response_mode in ('query', 'fragment')),
    challenge text not null default '',
    stage text not null check (stage in ('asked', 'allowed', 'refused', 'done')),
    account_id text references accounts_accounts (account_id), -- who answered
    allowed_by text, -- the session in which
    session_id text, -- the one that came of it
    wait_seconds smallint not null default 5, -- between two questions of a device
    asked_at timestamptz, -- when it last did
    expires_at timestamptz not null,
    constraint grants_requests_answered check (stage = 'asked' or account_id is not null),
    constraint grants_requests_allowed check (stage <> 'allowed' or allowed_by is not null)
);
create index grants_requests_by_expiry on grants_requests (expires_at);
create index grants_requests_by_account on grants_requests (account_id);
create index grants_requests_by_client on grants_requests (client_id);

-- Sessions that apps have by this way.
create table grants_sessions (
    session_id text primary key references accounts_sessions (session_id) on delete cascade,
    account_id text not null,
    device_id text not null,
    client_id text not null references grants_clients (client_id),
    scope text not null,
    granted_at timestamptz not null
);
create index grants_sessions_by_account on grants_sessions (account_id);
create index grants_sessions_by_client on grants_sessions (client_id);

-- Refresh tokens that such a session was given. One that is here and is good no more was used by
-- two: the session ends.
create table grants_refreshes (
    refresh_digest bytea primary key,
    session_id text not null references grants_sessions (session_id) on delete cascade,
    given_at timestamptz not null
);
create index grants_refreshes_by_session on grants_refreshes (session_id);
create index grants_refreshes_by_time on grants_refreshes (given_at);

-- Who said in the browser that an app of theirs may put new cross-signing keys in place of theirs.
create table grants_resets (
    account_id text primary key references accounts_accounts (account_id),
    until timestamptz not null
);
