-- One row per shard. Whoever announces something updates its head, last but for rows that carry
-- the position, and holds the row until the commit: so positions are dense and in commit order.
-- One shard is number 0. Several are numbered from 1, so that who thinks of one finds none to write to;
-- of several, positions are distinct, and leave out those that would be of the others.
create table log_shards (
    shard smallint primary key,
    head bigint not null
);
insert into log_shards (shard, head) values (0, 0);

-- What was announced. Trimmed once every cursor has passed and the keeping time is over.
create table log_entries (
    shard smallint not null,
    pos bigint not null,
    kind text not null,
    key text not null,
    body bytea not null,
    at timestamptz not null default now(),
    primary key (shard, pos)
);

-- How far each durable follower has acted.
create table log_cursors (
    name text primary key,
    pos bigint not null
);

-- Up to where entries may have been trimmed.
create table log_trimmed (
    whole boolean primary key check (whole),
    until bigint not null
);

-- Where the house was brought back from a back-up: positions after `ended` were given to others than
-- now, or to nothing that is still there, and it went on after `begins`.
create table log_gaps (
    begins bigint primary key,
    ended bigint not null,
    at timestamptz not null,
    check (ended < begins)
);
