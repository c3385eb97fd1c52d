-- Up to where entries may have been trimmed: with several shards a hole in the positions does not tell.
create table log_trimmed (
    whole boolean primary key check (whole),
    until bigint not null
);
