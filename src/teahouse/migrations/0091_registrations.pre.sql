-- no-transaction
-- Every minute those are looked for that nobody finished in time, among the traces of a day.
create index concurrently if not exists registrations_registrations_under_way
    on registrations_registrations (expires_at) where ended_at is null;
