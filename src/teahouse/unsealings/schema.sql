-- That somebody who runs the house may open what is sealed of a minor: what for, who agreed, until when.
create table unsealings_unsealings (
    unsealing_id text primary key,
    account_id text not null references accounts_accounts (account_id),
    at_least smallint not null, -- the first year of the band, when it was asked for
    need text not null check (need in (
        'request', 'case', 'recovery', 'fault', 'authority', 'danger'
    )),
    reference text not null,
    words text not null,
    confidential boolean not null,
    urgent boolean not null,
    hours smallint not null check (hours > 0),
    state text not null check (state in (
        'asked', 'open', 'urgent', 'overdue', 'refused', 'objected', 'ended', 'lapsed'
    )),
    overdue boolean not null default false, -- nobody confirmed in time
    asked_by text not null,
    asked_at timestamptz not null,
    decided_by text not null default '' check (decided_by <> asked_by),
    decided_at timestamptz,
    decided_words text not null default '',
    opens_until timestamptz,
    due_at timestamptz, -- when the clock takes the next step
    check (not confidential or need = 'authority'),
    check (not urgent or need = 'danger'),
    check ((due_at is null) = (state in ('overdue', 'refused', 'objected', 'ended', 'lapsed'))),
    check (state not in ('open', 'urgent') or opens_until is not null)
);
create unique index unsealings_unsealings_once on unsealings_unsealings (account_id, asked_by)
    where state in ('asked', 'open', 'urgent');
create index unsealings_unsealings_by_account on unsealings_unsealings (account_id, asked_at);
create index unsealings_unsealings_by_time on unsealings_unsealings (asked_at);
create index unsealings_unsealings_due on unsealings_unsealings (due_at) where due_at is not null;

-- Each look that it let happen: which fields were opened, before the answer went out.
create table unsealings_looks (
    look_id text primary key,
    unsealing_id text not null references unsealings_unsealings (unsealing_id) on delete cascade,
    fields text [] not null,
    looked_at timestamptz not null
);
create index unsealings_looks_by_unsealing on unsealings_looks (unsealing_id, looked_at);
create index unsealings_looks_by_time on unsealings_looks (looked_at);
