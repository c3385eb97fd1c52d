-- One-time codes on their way. The contact is sealed until the message has gone, then emptied.
create table codes_codes (
    code_id text primary key,
    purpose text not null check (purpose in ('register', 'sign_in', 'confirm', 'add')),
    kind text not null check (kind in ('phone', 'email')),
    index_version smallint not null,
    index_digest bytea not null,
    account_id text, -- of a floor above: no foreign key
    contact bytea,
    code_digest bytea, -- known once the message is on its way
    attempts smallint not null default 0,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    asker_digest bytea -- who asked, so that nobody else can use up its attempts
);
create index codes_codes_by_contact on codes_codes (purpose, index_digest, created_at);
create index codes_codes_by_expiry on codes_codes (expires_at);
