-- Holds: who asked that what may not be deleted, on which law, and until when. What one says is never
-- changed but for its end.
create table holds_holds (
    hold_id text primary key,
    content jsonb not null,
    state text not null check (state in ('asked', 'in_force', 'renewing', 'refused', 'ended')),
    until_at timestamptz not null,
    wanted_at timestamptz, -- a later end that somebody asks for
    wanted_by text not null default '',
    asked_by text not null,
    asked_at timestamptz not null,
    agreed_by text not null default '' check (agreed_by <> asked_by),
    agreed_at timestamptz,
    ended_by text not null default '',
    ended_at timestamptz,
    end_reason text not null default '',
    check ((agreed_by = '') = (agreed_at is null)),
    check ((wanted_at is null) = (state <> 'renewing')),
    check ((ended_at is null) = (state in ('asked', 'in_force', 'renewing')))
);
create index holds_holds_open on holds_holds (until_at)
where state in ('asked', 'in_force', 'renewing');
create index holds_holds_ended on holds_holds (ended_at) where ended_at is not null;

-- What holds name, to be found by it. Of an account both its address and, as owner, its id.
create table holds_objects (
    hold_id text not null references holds_holds (hold_id) on delete cascade,
    kind text not null check (kind in ('room', 'message', 'file', 'account', 'owner', 'case')),
    target text not null,
    primary key (hold_id, kind, target)
);
create index holds_objects_by_target on holds_objects (kind, target);

-- What was said and taken back while it was held, sealed under the hold's own key.
create table holds_kept (
    kept_id text primary key,
    hold_id text not null references holds_holds (hold_id),
    room_id text not null,
    event_id text not null,
    body bytea not null,
    kept_at timestamptz not null,
    unique (hold_id, event_id)
);

create index holds_kept_by_hold on holds_kept (hold_id, kept_id);

-- What people showed of themselves before they changed it while they were held; sealed in the same way.
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

-- Handing out what was put aside: who asked by which paper, to whose key, and who agreed. sha256 is of
-- the archive that was made last.
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

-- What was to be deleted while it was held: it goes when the hold ends.
create table holds_due (
    hold_id text not null references holds_holds (hold_id),
    kind text not null check (kind in ('file', 'owner')),
    target text not null,
    account_id text not null,
    noted_at timestamptz not null,
    primary key (hold_id, kind, target)
);
create index holds_due_by_account on holds_due (account_id);
