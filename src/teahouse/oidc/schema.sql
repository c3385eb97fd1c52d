-- Somebody has gone to a provider and has not come back yet. Nothing of them is known.
create table oidc_flows (
    state_digest bytea primary key,
    browser_digest bytea not null, -- of the cookie of the browser that went
    provider text not null,
    nonce text not null,
    verifier text not null,
    return_to text not null,
    expires_at timestamptz not null
);
create index oidc_flows_by_expiry on oidc_flows (expires_at);

-- Whose account a person of a provider signs in to.
create table oidc_links (
    account_id text not null references accounts_accounts (account_id),
    provider text not null,
    subject bytea not null,
    odd_version smallint, -- a blind index in one slot or both, by the parity of its key's version
    odd_digest bytea,
    even_version smallint,
    even_digest bytea,
    linked_at timestamptz not null,
    primary key (account_id, provider),
    constraint oidc_links_indexed check (odd_digest is not null or even_digest is not null),
    constraint oidc_links_odd check ((odd_version is null) = (odd_digest is null)),
    constraint oidc_links_even check ((even_version is null) = (even_digest is null))
);
create unique index oidc_links_by_odd on oidc_links (provider, odd_version, odd_digest);
create unique index oidc_links_by_even
    on oidc_links (provider, even_version, even_digest) where even_digest is not null;

-- A sign-in on its way to the client that asked for it (Matrix "m.login.token").
create table oidc_tokens (
    token_digest bytea primary key,
    account_id text not null references accounts_accounts (account_id),
    expires_at timestamptz not null,
    provider text not null default '',
    sid_digest bytea
);
create index oidc_tokens_by_account on oidc_tokens (account_id);

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
