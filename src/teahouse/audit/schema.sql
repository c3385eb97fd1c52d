-- Where the chain ends. Whoever appends holds this row until the commit, so numbers are dense.
create table audit_head (
    one boolean primary key default true check (one),
    seq bigint not null,
    hash bytea not null
);

-- What was decided, by whom, about what. detail and reach are canonical JSON, hashed as they stand.
create table audit_entries (
    seq bigint primary key check (seq > 0),
    at timestamptz not null,
    actor text not null,
    act text not null,
    target text not null,
    reach text not null,
    detail text not null,
    prev_hash bytea not null,
    hash bytea not null
);
create index audit_entries_by_act on audit_entries (act, seq);
create index audit_entries_by_target on audit_entries (target, seq) where target <> '';

create function audit_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log only grows';
end $$;
create trigger audit_entries_only_grow before update or delete or truncate on audit_entries
    for each statement execute function audit_refuse_change();
