-- Files by media id. blob is null while the content of an address handed out beforehand is still
-- awaited, until expires_at. name is sealed under its uploader.
create table media_files (
    media_id text primary key,
    account_id text not null,
    content_type text not null,
    name bytea,
    bytes_count bigint not null,
    sha256 bytea,
    width integer,
    height integer,
    blob text,
    created_at timestamptz not null,
    expires_at timestamptz,
    quarantined_at timestamptz,
    check ((blob is null) = (sha256 is null)),
    check ((blob is null) = (expires_at is not null))
);
create index media_files_by_account on media_files (account_id, created_at);

-- Thumbnails made so far, of the sizes that we make.
create table media_thumbnails (
    media_id text not null references media_files (media_id) on delete cascade,
    width integer not null,
    height integer not null,
    method text not null
    check (method in ('crop', 'scale', 'crop moving', 'scale moving')),
    content_type text not null,
    bytes_count bigint not null,
    blob text not null,
    primary key (media_id, width, height, method)
);

-- How much each account keeps.
create table media_usage (
    account_id text primary key,
    bytes_count bigint not null check (bytes_count >= 0)
);
