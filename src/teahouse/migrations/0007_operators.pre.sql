create table operators_operators (
    operator_id text primary key,
    name text not null unique,
    role text not null check (role in ('owner', 'registrar', 'moderator', 'auditor')),
    password_phc text not null,
    totp_secret bytea not null,
    totp_last_step bigint not null,
    state text not null default 'active' check (state in ('active', 'disabled')),
    created_at timestamptz not null
);

create table operators_sessions (
    session_id text primary key,
    token_digest bytea not null unique,
    operator_id text not null references operators_operators (operator_id),
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index operators_sessions_by_operator on operators_sessions (operator_id);

-- A link by which one operator may be set up. What was begun waits here until the second factor
-- has been shown; only then is there an operator.
create table operators_setup (
    token_digest bytea primary key,
    role text not null check (role in ('owner', 'registrar', 'moderator', 'auditor')),
    invited_by text not null, -- an operator's id, or "system" for the link printed at the start
    created_at timestamptz not null,
    expires_at timestamptz not null,
    operator_id text unique,
    name text,
    password_phc text,
    totp_secret bytea,
    check ((operator_id is null) = (totp_secret is null))
);
