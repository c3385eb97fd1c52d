-- Jobs that somebody waits for go before all others that are due. The queue is short: what follows
-- takes a moment.
-- squawk-ignore-file require-concurrent-index-creation
alter table jobs_queue add column urgent boolean not null default false;
create index jobs_queue_urgent on jobs_queue (run_at, id) where state = 'waiting' and urgent;
