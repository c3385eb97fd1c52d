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
    index_version smallint not null,
    index_digest bytea not null,
    linked_at timestamptz not null,
    primary key (account_id, provider)
);
create unique index oidc_links_by_index on oidc_links (provider, index_version, index_digest);

-- A sign-in on its way to the client that asked for it (Matrix "m.login.token").
create table oidc_tokens (
    token_digest bytea primary key,
    account_id text not null references accounts_accounts (account_id),
    expires_at timestamptz not null
);
create index oidc_tokens_by_account on oidc_tokens (account_id);
