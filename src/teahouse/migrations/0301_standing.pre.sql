-- Who may not speak for two reasons has two rows: the second must not be lost with the first.
-- squawk-ignore require-concurrent-index-creation
create unique index standing_silences_by_why on standing_silences (account_id, why);
