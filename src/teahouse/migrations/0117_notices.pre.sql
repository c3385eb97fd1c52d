-- A key of the notices that is believed no more: since when it is thought to be in other hands, and
-- the last entry under it that is ours. The table has a handful of rows.
-- squawk-ignore-file constraint-missing-not-valid
alter table notices_keys
    add column revoked_at timestamptz,
    add column revoked_seq bigint,
    add constraint notices_keys_revoked
        check (revoked_at is null or (revoked_seq is not null and state = 'retired'));
