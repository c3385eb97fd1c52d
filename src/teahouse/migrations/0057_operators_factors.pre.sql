-- An operator's second factor is an authenticator, a passkey, or both.
-- Old code only writes it.
-- squawk-ignore ban-drop-not-null
alter table operators_operators alter column totp_secret drop not null;

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
