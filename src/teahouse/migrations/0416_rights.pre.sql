-- no-transaction
-- Which erasures nobody has combed for yet.
create index concurrently if not exists rights_erasures_uncombed
    on rights_erasures (ended_at) where done and combed_at is null;
