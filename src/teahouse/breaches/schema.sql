-- A leak of personal data, or a suspicion of one: what may have leaked, and what was told of it.
create table breaches_cases (
    case_id text primary key,
    title text not null,
    profile text not null check (profile in ('intl', 'eu', 'cn-mainland')),
    scope text not null, -- which tables, which time, which key: JSON
    told text not null, -- what people and the authority read: JSON
    state text not null check (state in ('counting', 'counted', 'telling', 'told', 'closed')),
    known_at timestamptz not null, -- when we became aware of it
    opened_by text not null,
    opened_at timestamptz not null,
    place text not null default '', -- how far the counting is; nothing: at the beginning, or done
    rows_count bigint not null default 0,
    unnamed_count bigint not null default 0, -- rows of nobody who has an account
    erased_count bigint not null default 0, -- people erased since, who were there then
    counted_at timestamptz,
    authority_told_at timestamptz,
    published_at timestamptz, -- when people were told
    spared_why text not null default '', -- why people need not be told, if they need not
    closed_at timestamptz,
    contacts_first text,
    contacts_asked_at timestamptz,
    contacts_second text,
    contacts_until timestamptz
);

-- Who is affected, in which of the case's tables: a bit for each, in their order. It is written ten
-- million rows at a time: its key is its only index, and nothing is looked up for each row.
create table breaches_affected (
    case_id text not null,
    account_id text not null,
    tables_bits bigint not null,
    told_at timestamptz,
    gone boolean not null default false, -- erased since; the id is nobody's any more
    primary key (case_id, account_id)
);

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
