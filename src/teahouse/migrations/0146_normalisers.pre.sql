-- squawk-ignore-file prefer-bigint-over-int
-- Normalisers: an index key says by which form people are found under it, 1 as they are sealed, 2 as
-- they are folded; a worker says up to which it knows them. Whoever a newer form would have made one
-- with somebody else is kept apart, and listed.
alter table vault_keys add column normaliser smallint not null default 1;
-- A table of a handful of rows.
-- squawk-ignore constraint-missing-not-valid
alter table vault_keys add constraint vault_keys_normaliser
    check (normaliser > 0 and (normaliser = 1 or purpose = 'index'));
alter table vault_workers add column normaliser smallint not null default 1;

create table vault_merges (
    version integer not null, -- of the index key
    place text not null,
    what text not null,
    kept_row text not null,
    kept text not null,
    apart_row text not null,
    apart text not null,
    found_at timestamptz not null,
    seen_by text,
    seen_at timestamptz,
    primary key (version, place, apart_row),
    check ((seen_by is null) = (seen_at is null))
);
-- squawk-ignore require-concurrent-index-creation
create index vault_merges_by_pair on vault_merges (place, apart_row, kept_row);
