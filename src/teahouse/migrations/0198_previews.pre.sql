-- What pages say of themselves, by the digest of their address; an empty object: nothing.
create table previews_pages (
    url_digest bytea primary key,
    body text not null,
    fetched_at timestamptz not null,
    expires_at timestamptz not null
);
create index previews_pages_by_expiry on previews_pages (expires_at);
create index previews_pages_by_age on previews_pages (fetched_at);
