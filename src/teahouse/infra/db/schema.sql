-- What has been migrated, and by which text: an edited migration is noticed, not obeyed.
create table db_migrations (
    name text primary key,
    digest bytea not null,
    applied_at timestamptz not null default now()
);
