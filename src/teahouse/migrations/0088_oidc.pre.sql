alter table oidc_tokens add column provider text not null default '';
alter table oidc_tokens add column sid_digest bytea;

-- Which devices came by a provider, and by which of its sessions.
create table oidc_sessions (
    account_id text not null references accounts_accounts (account_id),
    device_id text not null,
    provider text not null,
    sid_digest bytea, -- none: the provider tells of no sessions
    opened_at timestamptz not null,
    primary key (account_id, device_id)
);
create index oidc_sessions_by_sid on oidc_sessions (provider, sid_digest)
    where sid_digest is not null;

-- What providers have said of sessions that are over, until it has ended by itself: each counts once.
create table oidc_logouts (
    said_digest bytea primary key,
    expires_at timestamptz not null
);
create index oidc_logouts_by_expiry on oidc_logouts (expires_at);
