-- Each notice as it went out: what is written afterwards changes nothing of it.
create table breaches_notices (
    case_id text not null,
    number integer not null check (number >= 1),
    whom text not null check (whom in ('people', 'authority')),
    told_at timestamptz not null,
    told_by text not null,
    parts text not null, -- what it said, in its order: JSON
    primary key (case_id, number)
);

-- Who has been erased since they were counted: they are nobody any more, and still count.
alter table breaches_affected add column gone boolean not null default false;
