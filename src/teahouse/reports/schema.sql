-- The signed report of each upgrade that ended: its bytes as they were signed, and the entry of the
-- public history that holds their digest.
create table reports_reports (
    run_id text primary key,
    seq bigint not null unique,
    made_at timestamptz not null,
    body text not null
);
