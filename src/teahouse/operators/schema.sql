create table operators_operators (
    operator_id text primary key,
    name text not null unique,
    role text not null check (
        role in ('owner', 'registrar', 'moderator', 'auditor', 'inspector')
    ),
    password_phc text not null,
    totp_secret bytea, -- none: their second factor is a passkey
    totp_last_step bigint not null,
    state text not null default 'active' check (state in ('active', 'disabled')),
    created_at timestamptz not null,
    totp_made_at timestamptz, -- none: at the set-up
    totp_pending bytea, -- of an authenticator that has not shown a code yet
    totp_pending_until timestamptz,
    constraint operators_operators_pending
        check ((totp_pending is null) = (totp_pending_until is null))
);

create table operators_sessions (
    session_id text primary key,
    token_digest bytea not null unique,
    operator_id text not null references operators_operators (operator_id),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    news_at timestamptz -- until when its operator has seen what other sessions did
);
create index operators_sessions_by_operator on operators_sessions (operator_id);

-- A link by which one operator may be set up. What was begun waits here until the second factor
-- has been shown; only then is there an operator.
create table operators_setup (
    token_digest bytea primary key,
    role text not null check (
        role in ('owner', 'registrar', 'moderator', 'auditor', 'inspector')
    ),
    invited_by text not null, -- an operator's id, or "system" for the link printed at the start
    created_at timestamptz not null,
    expires_at timestamptz not null,
    operator_id text unique,
    name text,
    password_phc text,
    totp_secret bytea,
    check ((operator_id is null) = (totp_secret is null))
);

create table operators_passkeys (
    passkey_id text primary key,
    operator_id text not null references operators_operators (operator_id),
    credential_digest bytea not null unique,
    credential_id bytea not null,
    public_key bytea not null,
    label bytea not null,
    signs bigint not null,
    created_at timestamptz not null,
    last_used_at timestamptz
);
create index operators_passkeys_by_operator on operators_passkeys (operator_id);

-- Codes for whoever has lost the second factor; each works once, and is then gone.
create table operators_recovery_codes (
    operator_id text not null references operators_operators (operator_id),
    code_digest bytea not null,
    primary key (operator_id, code_digest)
);

-- Challenges that were used, until they have ended by themselves.
create table operators_spent (
    challenge_digest bytea primary key,
    expires_at timestamptz not null
);

-- What owners have decided about all operators; no row is every default.
create table operators_rules (
    only_row boolean primary key default true check (only_row),
    passkeys_required boolean not null
);
