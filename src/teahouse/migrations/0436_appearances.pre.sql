-- That a child may be on camera in what a case is about, and what people make of it until it is decided.
create table appearances_appearances (
    case_id text primary key references cases_cases (case_id) on delete cascade,
    account_id text not null references accounts_accounts (account_id),
    kind text not null,
    target text not null,
    state text not null check (state in (
        'review', 'hidden', 'asked', 'consented', 'kept', 'decided', 'reopened'
    )),
    guardian_id text references accounts_accounts (account_id), -- who answered last
    words bytea, -- the author's, sealed under the case's key
    begun_at timestamptz not null,
    moved_at timestamptz not null
);
create index appearances_appearances_by_account on appearances_appearances (account_id, begun_at);
create index appearances_appearances_by_guardian on appearances_appearances (guardian_id);
