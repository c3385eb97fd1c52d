-- Where the house was brought back from a back-up: positions after `ended` were given to others than
-- now, or to nothing that is still there, and it went on after `begins`.
create table log_gaps (
    begins bigint primary key,
    ended bigint not null,
    at timestamptz not null,
    check (ended < begins)
);
