-- An account may have two contacts of a kind, and one that was replaced and can still be undone;
-- may be on its way out, and be called back; and remembers what it was before it was locked.-- The tables have a row a person: what follows takes a moment.
-- squawk-ignore-file require-concurrent-index-creation, ban-drop-constraint
-- squawk-ignore-file constraint-missing-not-valid, adding-serial-primary-key-field
alter table accounts_accounts
    add column state_before text,
    add column reason_before text not null default '',
    add column ends_at timestamptz,
    add column ends_erased boolean not null default true,
    add column active_at timestamptz;
create index accounts_accounts_by_end on accounts_accounts (ends_at) where ends_at is not null;

alter table accounts_identifiers
    add column rank smallint not null default 1,
    add column leaves_at timestamptz;
alter table accounts_identifiers
    drop constraint accounts_identifiers_pkey,
    add constraint accounts_identifiers_pkey primary key (account_id, kind, rank),
    add constraint accounts_identifiers_rank check (rank between 0 and 2),
    add constraint accounts_identifiers_leaving check ((rank = 0) = (leaves_at is not null));
create index accounts_identifiers_by_leaving
    on accounts_identifiers (leaves_at) where leaves_at is not null;

-- Who asked for a code, so that nobody else can use up its attempts.
alter table codes_codes add column asker_digest bytea;
