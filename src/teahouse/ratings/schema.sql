-- From which age on something is meant to be seen: one word for each who said so.
create table ratings_words (
    kind text not null,
    target text not null, -- a room's id, an account's name, or what a product calls its own
    source text not null check (source in ('author', 'operator', 'case')),
    years smallint not null check (years between 0 and 18),
    borderline boolean not null,
    reason text not null default '', -- an operator's, for the author to read
    set_by text not null default '', -- the operator; of an author nothing is noted
    case_id text not null default '',
    set_at timestamptz not null,
    primary key (kind, target, source),
    check ((source = 'case') = (case_id <> ''))
);
create index ratings_words_by_case on ratings_words (case_id) where case_id <> '';

-- Up to which age a guardian lets a ward see things; of several the lowest counts.
create table ratings_ceilings (
    child_id text not null references accounts_accounts (account_id),
    guardian_id text not null references accounts_accounts (account_id),
    years smallint not null check (years between 0 and 18),
    set_at timestamptz not null,
    primary key (child_id, guardian_id)
);
create index ratings_ceilings_by_guardian on ratings_ceilings (guardian_id);
