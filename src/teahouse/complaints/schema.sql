-- Reports of events, rooms and people. Each is a subject of the vault of its own.
create table complaints_complaints (
    complaint_id text primary key,
    kind text not null check (kind in ('event', 'room', 'user')),
    account_id text,
    user_id text not null,
    room_id text not null,
    event_id text not null,
    about text not null,
    reason bytea,
    made_at timestamptz not null,
    decided_at timestamptz,
    decided_by text,
    outcome text check (outcome in ('acted', 'dismissed')),
    answer bytea,
    check ((decided_at is null) = (outcome is null)),
    check ((decided_at is null) = (answer is null))
);
create unique index complaints_open_once on complaints_complaints
    (account_id, kind, room_id, event_id, about) where decided_at is null;
create index complaints_waiting on complaints_complaints (complaint_id) where decided_at is null;
create index complaints_by_account on complaints_complaints (account_id, complaint_id);
create index complaints_by_decision on complaints_complaints (decided_at);
