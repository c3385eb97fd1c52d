-- Decisions, without anybody in them. case_id ties those of one case together while there is one, and
-- is told to nobody.
create table rulings_rulings (
    ruling_id text primary key,
    case_id text,
    on_day date not null,
    measure text not null check (
        measure in ('dismiss', 'order', 'lapse', 'halt', 'restrict', 'suspend', 'ban')
    ),
    rule_id text not null,
    conduct text not null,
    decider text not null check (decider in ('person', 'assisted', 'automatic')),
    content text not null,
    account_class text not null,
    days integer, -- for which it was meant; none: until it ends
    is_first boolean not null, -- of its case
    waited_seconds bigint not null, -- since the case began
    ended_on date,
    ended_by text not null default '' check (
        ended_by in ('', 'met', 'unmet', 'dismissed', 'time', 'confirmed', 'appeal')
    ),
    appeal text not null default '' check (appeal in ('', 'waiting', 'upheld', 'overturned')),
    appeal_on date, -- on which it was answered
    appeal_seconds bigint -- in which it was answered
);
create index rulings_in_order on rulings_rulings (on_day, ruling_id);
create index rulings_by_case on rulings_rulings (case_id) where case_id is not null;
create index rulings_by_appeal on rulings_rulings (appeal_on) where appeal_on is not null;

-- How often what happened, by the day.
create table rulings_counts (
    on_day date not null,
    what text not null,
    part text not null,
    count bigint not null,
    primary key (on_day, what, part)
);
