create table recovery_notices (
    notice_id text primary key,
    account_id text not null references accounts_accounts (account_id),
    what text not null,
    device_id text,
    device_name bytea,
    at timestamptz not null,
    about bytea, -- what was added, as its owner calls it
    place bytea -- from where, as far as a network
);
create index recovery_notices_by_account on recovery_notices (account_id, at desc);

create table recovery_seen (
    notice_id text not null references recovery_notices (notice_id) on delete cascade,
    device_id text not null,
    at timestamptz not null,
    primary key (notice_id, device_id)
);

-- Printed codes: each is good once.
create table recovery_codes (
    code_digest bytea primary key,
    account_id text not null references accounts_accounts (account_id),
    made_at timestamptz not null,
    used_at timestamptz
);
create index recovery_codes_by_account on recovery_codes (account_id);

-- Somebody who has lost everything comes back after a wait in which others may stop them.
create table recovery_returns (
    return_id text primary key,
    account_id text not null references accounts_accounts (account_id),
    token_digest bytea not null unique,
    begun_at timestamptz not null,
    ready_at timestamptz not null,
    ended_at timestamptz
);
create unique index recovery_returns_open on recovery_returns (account_id) where ended_at is null;

-- What a link in a message may take back. The link is signed, and kept nowhere.
create table recovery_undos (
    undo_id text primary key,
    account_id text not null references accounts_accounts (account_id),
    what text not null check (what in ('changed', 'removed', 'return')),
    kind text not null default '',
    expires_at timestamptz not null,
    used_at timestamptz
);
create index recovery_undos_by_account on recovery_undos (account_id);

-- A code was right and was not enough: what it proved, until the rest is shown.
create table recovery_tickets (
    ticket_digest bytea primary key,
    account_id text not null references accounts_accounts (account_id),
    kind text not null,
    needs text[] not null, -- one of which must be shown too; none: the code was enough
    attempts smallint not null default 0,
    expires_at timestamptz not null
);
create index recovery_tickets_by_account on recovery_tickets (account_id);

-- Somebody else has proved that an account's number is theirs now, and waits for it.
create table recovery_claims (
    account_id text not null references accounts_accounts (account_id),
    kind text not null check (kind in ('phone', 'email')),
    begun_at timestamptz not null,
    objected_at timestamptz,
    primary key (account_id, kind)
);

-- Somebody has lost everything and asks the operators: one begins, another agrees, everybody is told,
-- and after the wait a link goes to where the person said.
create table recovery_helps (
    help_id text primary key,
    account_id text not null references accounts_accounts (account_id),
    state text not null check (
        state in ('asked', 'waiting', 'sent', 'done', 'declined', 'stopped', 'lapsed')
    ),
    contact_kind text not null check (contact_kind in ('phone', 'email')),
    contact bytea, -- gone once it is over
    evidence bytea not null,
    reason text not null,
    asked_by text not null, -- an operator's id
    asked_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    ready_at timestamptz,
    ended_at timestamptz,
    check ((decided_by is null) = (decided_at is null)),
    check (decided_by is null or decided_by <> asked_by or state = 'declined')
);
create unique index recovery_helps_open on recovery_helps (account_id)
    where state in ('asked', 'waiting', 'sent');
create index recovery_helps_by_account on recovery_helps (account_id, asked_at desc);
create index recovery_helps_by_asker on recovery_helps (asked_by, asked_at desc);
