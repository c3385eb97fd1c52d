-- What users feel of each worker that serves, told with its heartbeat.
alter table vault_workers
    add column queue_ms real,
    add column p99_ms real,
    add column requests integer,
    add column faults integer;
