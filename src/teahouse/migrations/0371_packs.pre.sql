-- Audit packs that were made: when, by whom, and the digest of the archive, which is not kept here.
create table packs_packs (
    pack_id text primary key,
    made_at timestamptz not null,
    made_by text not null, -- an operator's id, or who typed the command
    sha256 text not null,
    bytes_count bigint not null check (bytes_count > 0)
);
create index packs_packs_by_time on packs_packs (made_at);
