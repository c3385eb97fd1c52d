-- squawk-ignore-file prefer-bigint-over-int
-- How often each key-encryption key has wrapped another key: a key of AES-GCM or SM4-GCM with random
-- nonces is good for 2^32. Each statement that keeps what was wrapped says so in a row of its own, so
-- that nobody waits for anybody; the rows are added up once a minute.
alter table vault_keys add column wraps_count bigint not null default 0;
create table vault_wraps (
    wrap_id uuid primary key default gen_random_uuid(),
    key_id text not null,
    version integer not null,
    wraps bigint not null check (wraps > 0)
);

-- What was wrapped before is not known; it is at least what there is, about.
update vault_keys
set wraps_count = (
    select greatest(reltuples, 0)::bigint from pg_class where oid = 'vault_deks'::regclass
)
where purpose = 'kek';
