-- Processors. What one says is never changed; a new entry takes its place.
create table processors_processors (
    processor_id text primary key,
    content jsonb not null,
    state text not null check (
        state in ('proposed', 'agreed', 'in_use', 'ended', 'cleared', 'dropped')
    ),
    proposed_by text not null,
    proposed_at timestamptz not null,
    agreed_by text check (agreed_by <> proposed_by),
    agreed_at timestamptz,
    started_at timestamptz check (started_at is null or agreed_at is not null),
    ended_at timestamptz,
    end_reason text not null default '',
    clearing jsonb,
    check ((agreed_by is null) = (agreed_at is null)),
    check ((state = 'cleared') = (clearing is not null))
);

-- How often personal data went by a way on a day, or was held back. Nobody is named.
create table processors_providings (
    day date not null,
    way text not null,
    processor_id text not null, -- empty: nobody was registered
    host text not null,
    sent bigint not null,
    held bigint not null,
    primary key (day, way, processor_id, host)
);

-- What was handed over by an act of somebody's.
create table processors_handings (
    handing_id text primary key,
    processor_id text not null references processors_processors,
    handed_at timestamptz not null,
    handed_by text not null,
    what text not null,
    people bigint not null,
    purposes text[] not null
);
create index processors_handings_by_time on processors_handings (handed_at);

-- The key of a processor that keeps something which is read back here. Its secret half is in a file beside the
-- key-encryption keys, and is destroyed at the end; from destroying_at on it counts as gone.
create table processors_keys (
    processor_id text primary key references processors_processors,
    recipient text not null,
    digest text not null, -- SHA-256 of the secret half
    made_at timestamptz not null,
    destroying_at timestamptz,
    destroyed_at timestamptz check (destroyed_at is null or destroying_at is not null),
    lost boolean not null default false -- it was not there to be destroyed
);

-- Credentials by which a processor spoke to this house, that ended with it.
create table processors_revocations (
    processor_id text not null references processors_processors,
    kind text not null,
    credential_id text not null,
    revoked_at timestamptz not null,
    primary key (processor_id, kind, credential_id)
);

-- Network Data Security Regulation 12: records of handing on are kept for three years at least.
create function processors_kept() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if tg_table_name = 'processors_providings' then
            if old.day > current_date - interval '3 years' then
                raise exception 'records of handing on are kept for three years';
            end if;
        elsif old.handed_at > now() - interval '3 years' then
            raise exception 'records of handing on are kept for three years';
        end if;
        return old;
    end if;
    if tg_table_name = 'processors_handings' then
        raise exception 'records of handing on are not changed';
    end if;
    if (new.day, new.way, new.processor_id, new.host) <> (old.day, old.way, old.processor_id, old.host)
        or new.sent < old.sent or new.held < old.held then
        raise exception 'counts of handing on only grow';
    end if;
    return new;
end $$;
create trigger processors_providings_only_grow before update or delete on processors_providings
for each row execute function processors_kept();
create trigger processors_handings_only_grow before update or delete on processors_handings
for each row execute function processors_kept();
