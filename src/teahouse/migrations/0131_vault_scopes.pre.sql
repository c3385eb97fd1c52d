-- Scopes: a region may have key-encryption keys of its own, and be upgraded apart from the others.
-- '*' is the whole installation. Of a scope's keys the one that wraps is told by `leads`, and not by
-- its state, so that a worker of the release before opens with it, and wraps nothing under it.
alter table vault_subjects add column scope text not null default '*';
alter table vault_keys
    add column scope text not null default '*',
    add column leads boolean not null default false;
-- A table of a handful of rows.
-- squawk-ignore constraint-missing-not-valid
alter table vault_keys add constraint vault_keys_leads
    check (not leads or (scope <> '*' and purpose = 'kek' and state = 'decrypt_only'));
alter table vault_workers add column scoped boolean not null default false;

create table vault_scopes (
    scope text primary key check (scope <> '*'),
    sealed_since timestamptz,
    retired_before timestamptz
);
-- squawk-ignore require-concurrent-index-creation
create unique index vault_keys_one_lead on vault_keys (purpose, scope) where leads;
