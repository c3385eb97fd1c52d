-- Since when everything is sealed under younger data keys, and who still needed the older ones.
alter table vault_ring
    add column sealed_since timestamptz,
    add column retired_before timestamptz;

create table vault_late_opens (
    purpose text not null,
    key_id text not null,
    version integer not null,
    opens bigint not null,
    last_at timestamptz not null,
    primary key (purpose, key_id, version)
);
