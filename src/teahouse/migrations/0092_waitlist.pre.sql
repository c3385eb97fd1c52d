-- no-transaction
-- Every minute those are looked for who could not be told, among the traces of a month.
create index concurrently if not exists waitlist_places_untold
    on waitlist_places (ended_at) where ended_at is not null and contact is not null;
