-- What people showed of themselves before they changed it while they were held, and handing it out.
create table holds_values (
    kept_id text primary key,
    hold_id text not null references holds_holds (hold_id),
    account_id text not null,
    user_id text not null,
    field text not null,
    value bytea not null,
    kept_at timestamptz not null
);
create index holds_values_by_hold on holds_values (hold_id, kept_id);
create table holds_handings (
    handing_id text primary key,
    hold_id text not null references holds_holds (hold_id) on delete cascade,
    state text not null check (state in ('asked', 'agreed', 'refused')),
    reference text not null,
    reason text not null,
    recipient text not null,
    asked_by text not null,
    asked_at timestamptz not null,
    decided_by text not null default '' check (decided_by <> asked_by),
    decided_at timestamptz,
    end_reason text not null default '',
    taken_at timestamptz,
    sha256 text not null default '',
    check ((decided_by = '') = (decided_at is null))
);
create index holds_handings_by_hold on holds_handings (hold_id, handing_id);
