-- What an administrator's account may do by the tools; without a row, what an owner may.
create table adminapi_roles (
    account_id text primary key,
    role text not null check (role in ('owner', 'registrar', 'moderator', 'auditor')),
    given_by text not null,
    given_at timestamptz not null
);

-- Rooms that are being closed, or were; forgotten a week after.
create table adminapi_deletions (
    delete_id text primary key,
    room_id text not null,
    erases boolean not null, -- also what was said
    state text not null default 'scheduled' check (
        state in ('scheduled', 'shutting_down', 'purging', 'complete', 'failed')
    ),
    taken_out text[] not null default '{}',
    stayed text[] not null default '{}',
    aliases text[] not null default '{}',
    asked_by text not null,
    asked_at timestamptz not null
);
create index adminapi_deletions_by_room on adminapi_deletions (room_id, asked_at);
