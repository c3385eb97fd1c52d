-- Lists that point at what may break a rule. What a list is does not change; what is on it does.
create table detectors_lists (
    list_id text primary key,
    kind text not null check (kind in ('words', 'places', 'pictures', 'velocity', 'weights')),
    category text not null,
    language text not null,
    name text not null,
    made_by text not null,
    made_at timestamptz not null
);

-- The newest version whose time has come counts.
create table detectors_versions (
    list_id text not null references detectors_lists (list_id) on delete cascade,
    version integer not null,
    mode text not null check (mode in ('off', 'watch', 'suggest')),
    effective_at timestamptz not null,
    entries text not null, -- JSON, an array of strings
    entries_count integer not null,
    note text not null,
    made_by text not null,
    made_at timestamptz not null,
    primary key (list_id, version)
);

-- What was found: content by its id, and in which of its letters. Nothing of what it says.
create table detectors_hits (
    list_id text not null references detectors_lists (list_id) on delete cascade,
    kind text not null,
    target text not null,
    version integer not null,
    room_id text not null,
    mode text not null,
    entry text not null,
    begins integer not null,
    ends integer not null,
    found_at timestamptz not null,
    case_id text, -- empty: it was gone when it was to be suggested
    distance smallint, -- of a picture: in how many of 256 bits it differs
    primary key (list_id, kind, target)
);
create index detectors_hits_waiting on detectors_hits (found_at)
where mode = 'suggest' and case_id is null;
create index detectors_hits_by_list on detectors_hits (list_id, found_at);
create index detectors_hits_by_case on detectors_hits (case_id);
create index detectors_hits_by_time on detectors_hits (found_at);

-- Who said the same where, for a day: texts by their digests.
create table detectors_echoes (
    event_id text primary key,
    text_digest bytea not null,
    user_id text not null,
    room_id text not null,
    said_at timestamptz not null
);
create index detectors_echoes_by_text on detectors_echoes (text_digest, said_at);
create index detectors_echoes_by_user on detectors_echoes (user_id);
create index detectors_echoes_by_time on detectors_echoes (said_at);
