-- The town, while there is one, and how far it has come in being built or removed.
create table demo_towns (
    one boolean primary key default true check (one),
    state text not null check (state in ('building', 'standing', 'removing', 'failed')),
    done integer not null,
    total integer not null,
    fault text not null default '',
    moved_at timestamptz not null,
    begun_by text not null,
    begun_at timestamptz not null
);

-- Everything that the town is made of, so that it and nothing else is unmade. Aliases are known
-- by their room, files by their account.
create table demo_made (
    kind text not null check (kind in ('account', 'alias', 'invite', 'policy', 'room')),
    id text not null,
    key text not null, -- what the script calls it
    primary key (kind, id)
);
