-- What authorities asked to be told. Each is a subject of the vault of its own.
create table disclosures_requests (
    request_id text primary key,
    authority text not null,
    authority_country text not null,
    reference text not null,
    legal_basis jsonb not null,
    region text not null check (region in ('*', 'intl', 'eu', 'cn-mainland')),
    asked bytea not null,
    accounts_asked bigint not null check (accounts_asked >= 0),
    received_at timestamptz not null,
    approval text not null,
    state text not null check (
        state in ('received', 'proposed', 'given', 'refused', 'withdrawn')
    ),
    given bytea,
    accounts_given bigint not null default 0 check (accounts_given >= 0),
    reason text not null default '',
    recorded_by text not null,
    recorded_at timestamptz not null,
    first_by text,
    second_by text check (second_by <> first_by),
    decided_at timestamptz,
    check ((state = 'given') = (second_by is not null)),
    check (state <> 'given' or given is not null)
);
create index disclosures_requests_by_time on disclosures_requests (received_at);
