-- How much each part of the house took when a day (UTC) began to be measured.
create table storage_days (
    day date not null,
    part text not null,
    bytes_count bigint not null,
    primary key (day, part)
);
