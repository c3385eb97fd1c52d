-- Files that administrators brought.
create table imports_imports (
    import_id text primary key,
    label text not null,
    state text not null check (state in ('running', 'paused', 'done', 'undone')),
    paused_for text not null default '', -- the refusal that stopped it
    created_by text not null,
    created_at timestamptz not null,
    finished_at timestamptz
);

-- Their rows. What a row says of a person is there only until its account is made or refused.
create table imports_rows (
    import_id text not null references imports_imports (import_id),
    number integer not null,
    state text not null check (state in ('ready', 'made', 'refused', 'undone', 'declined')),
    why text not null default '',
    particulars bytea,
    account_id text,
    told text not null default 'none' check (
        told in ('none', 'due', 'sending', 'told', 'failed')
    ), -- whether the person was told; 'sending' is claimed by a worker
    told_at timestamptz, -- or claimed
    arrived_at timestamptz, -- when they took the account by the link
    primary key (import_id, number),
    check ((state = 'ready') = (particulars is not null)),
    check ((state in ('made', 'undone', 'declined')) = (account_id is not null))
);
create index imports_rows_ready on imports_rows (import_id, number) where state = 'ready';
create index imports_rows_due on imports_rows (import_id, number) where told = 'due';
