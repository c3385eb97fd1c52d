-- What a guardian asks back of what a minor spent, and what became of it. Words are sealed.
create table refunds_claims (
    refund_id text primary key,
    guardian_id text not null references accounts_accounts (account_id),
    child_id text not null references accounts_accounts (account_id),
    reservation_id text not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null,
    spent_at timestamptz not null,
    state text not null check (state in (
        'asked', 'checking', 'upheld', 'refused', 'appealed', 'paid', 'closed', 'withdrawn'
    )),
    words bytea not null,
    reason bytea,
    appeal_words bytea,
    appeal_reason bytea,
    decided_by text not null default '',
    reference text not null default '',
    asked_at timestamptz not null,
    due_at timestamptz not null,
    moved_at timestamptz not null,
    late_at timestamptz
);
create unique index refunds_claims_once on refunds_claims (reservation_id)
    where state <> 'withdrawn';
create index refunds_claims_by_guardian on refunds_claims (guardian_id, asked_at);
create index refunds_claims_by_child on refunds_claims (child_id);
create index refunds_claims_by_due on refunds_claims (due_at)
    where state in ('asked', 'checking', 'appealed');
create index refunds_claims_over on refunds_claims (moved_at)
    where state in ('paid', 'refused', 'closed', 'withdrawn');
