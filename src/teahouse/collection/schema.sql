-- What names which file. holder is a room, an account (its profile) or a person (their account data);
-- place is what in it: an event's id, a field, a room and a type.
create table collection_uses (
    holder text not null,
    place text not null,
    media_id text not null,
    primary key (holder, place, media_id)
);
create index collection_uses_by_file on collection_uses (media_id);

-- Files that came or that something ceased to name, each time anew: the newest row of a file decides.
-- veiled: when it was due, an encrypted message might have named it.
create table collection_list (
    number bigint generated always as identity primary key,
    media_id text not null,
    since timestamptz not null,
    veiled boolean not null default false
);
create index collection_list_by_file on collection_list (media_id, number);
create index collection_list_due on collection_list (since) where not veiled;
create index collection_list_veiled on collection_list (since) where veiled;

-- Files that were taken away, so that whoever names one again is told.
create table collection_gone (
    media_id text primary key,
    gone_at timestamptz not null
);

-- How many files were taken away on a day (UTC), and how many bytes, thumbnails with them.
create table collection_days (
    day date primary key,
    files_count bigint not null,
    bytes_count bigint not null
);

-- How far what was there before this domain has been looked through; no row: not begun. stage is
-- 'waiting' while there may be workers that do not keep uses.
create table collection_filling (
    one boolean primary key default true check (one),
    stage text not null default 'events',
    at text[] not null default '{}',
    done boolean not null default false
);

insert into collection_filling default values;
