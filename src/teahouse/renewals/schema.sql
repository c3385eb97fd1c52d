-- Which keys a run takes the place of, and which it brings.
create table renewals_keys (
    run_id text not null,
    purpose text not null,
    role text not null check (role in ('old', 'new')),
    key_id text not null,
    version integer not null,
    primary key (run_id, purpose, role)
);
