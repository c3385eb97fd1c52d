-- Blind indexes lie in two slots, by the parity of their key's version: so that two versions can be
-- written at one time, and neither has to move. What there is lies in the odd slot, as version 1 does.
-- The old code has stopped: names change, and no row is written anew.
-- squawk-ignore-file renaming-column, renaming-object, ban-drop-constraint, ban-drop-not-null
-- squawk-ignore-file require-concurrent-index-creation, constraint-missing-not-valid
-- squawk-ignore-file adding-not-nullable-field, adding-required-field
alter table vault_keys add column written boolean not null default false;

alter table accounts_identifiers rename column index_version to odd_version;
alter table accounts_identifiers rename column index_digest to odd_digest;
alter table accounts_identifiers rename column next_index_version to even_version;
alter table accounts_identifiers rename column next_index_digest to even_digest;
alter index accounts_identifiers_by_index rename to accounts_identifiers_by_odd;
alter index accounts_identifiers_by_next_index rename to accounts_identifiers_by_even;
alter table accounts_identifiers
    rename constraint accounts_identifiers_check2 to accounts_identifiers_even;
alter table accounts_identifiers
    alter column odd_version drop not null,
    alter column odd_digest drop not null;
update accounts_identifiers
set even_version = odd_version, even_digest = odd_digest, odd_version = null, odd_digest = null
where odd_version % 2 = 0;
alter table accounts_identifiers
    add constraint accounts_identifiers_odd check ((odd_version is null) = (odd_digest is null)),
    add constraint accounts_identifiers_indexed
        check (odd_digest is not null or even_digest is not null);

alter table oidc_links rename column index_version to odd_version;
alter table oidc_links rename column index_digest to odd_digest;
alter index oidc_links_by_index rename to oidc_links_by_odd;
alter table oidc_links
    add column even_version smallint,
    add column even_digest bytea,
    alter column odd_version drop not null,
    alter column odd_digest drop not null;
update oidc_links
set even_version = odd_version, even_digest = odd_digest, odd_version = null, odd_digest = null
where odd_version % 2 = 0;
alter table oidc_links
    add constraint oidc_links_odd check ((odd_version is null) = (odd_digest is null)),
    add constraint oidc_links_even check ((even_version is null) = (even_digest is null)),
    add constraint oidc_links_indexed check (odd_digest is not null or even_digest is not null);
create unique index oidc_links_by_even
    on oidc_links (provider, even_version, even_digest) where even_digest is not null;

alter table waitlist_places rename column index_version to odd_version;
alter table waitlist_places rename column index_digest to odd_digest;
alter index waitlist_places_by_contact rename to waitlist_places_by_odd;
alter table waitlist_places
    add column even_version smallint,
    add column even_digest bytea;
update waitlist_places
set even_version = odd_version, even_digest = odd_digest, odd_version = null, odd_digest = null
where odd_version % 2 = 0;
alter table waitlist_places
    drop constraint waitlist_places_check2, -- of one slot
    add constraint waitlist_places_odd check ((odd_version is null) = (odd_digest is null)),
    add constraint waitlist_places_even check ((even_version is null) = (even_digest is null)),
    add constraint waitlist_places_found
        check (ended_at is null or (odd_digest is null and even_digest is null));
alter table waitlist_places rename constraint waitlist_places_check3 to waitlist_places_check2;
create unique index waitlist_places_by_even
    on waitlist_places (even_version, even_digest, region, account_class, door)
    where even_digest is not null and state in ('waiting', 'called');

-- What could not be opened while values were sealed anew: where, and why. Nothing of what it says.
create table vault_quarantine (
    table_name text not null,
    row_key text not null,
    column_name text not null,
    why text not null,
    found_at timestamptz not null,
    primary key (table_name, row_key, column_name)
);
