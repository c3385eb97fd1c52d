alter table recovery_notices add column about bytea;
alter table recovery_notices add column place bytea;

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
