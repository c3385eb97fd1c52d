-- Registrations under way, found by the digest of the secret that names them. What is personal is
-- sealed, there only after consent, and emptied when the registration ends either way.
create table registrations_registrations (
    digest bytea primary key,
    doors text[] not null,
    account_class text not null,
    service_region text not null,
    region text not null,
    state text not null check (
        state in (
            'started', 'consented', 'contact_sent', 'verified', 'detailed',
            'created', 'refused', 'expired'
        )
    ),
    lang text not null default 'en',
    receipt_id text,
    contact_kind text check (contact_kind in ('phone', 'email')),
    contact bytea,
    details bytea,
    code_id text,
    invite_digest bytea,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    held_for text[] not null default '{}', -- what it waits for before its account is made
    released text[] not null default '{}', -- what it waited for
    turned_away text not null default '', -- why it ended, in the words of who decided
    check (contact is null or receipt_id is not null),
    check (state not in ('created', 'refused', 'expired') or (contact is null and details is null))
);
create index registrations_registrations_by_expiry on registrations_registrations (expires_at);
create index registrations_registrations_under_way
    on registrations_registrations (expires_at) where ended_at is null;

-- Other secrets by which the owner of a registration may go on with it: a link that was sent to
-- them, good once, and the name that the device has which followed it.
create table registrations_keys (
    key_digest bytea primary key,
    digest bytea not null references registrations_registrations (digest) on delete cascade,
    is_link boolean not null
);
create index registrations_keys_by_registration on registrations_keys (digest);
