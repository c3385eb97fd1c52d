-- What was chosen in the console, sealed under the house's key, by the setting's name.
create table settings_values (
    name text primary key,
    value bytea not null,
    changed_at timestamptz not null,
    changed_by text not null
);

-- How far the first owner has come in setting the house up.
create table settings_setup (
    one boolean primary key default true check (one),
    step text not null,
    finished_at timestamptz
);

-- When a message last left by each channel.
create table settings_channels (
    channel text primary key check (channel in ('mail', 'sms')),
    sent_at timestamptz not null
);

-- The last messages that did not leave: why, and never to whom.
create table settings_failures (
    failure_id text primary key,
    channel text not null check (channel in ('mail', 'sms')),
    at timestamptz not null,
    why text not null,
    status integer
);
create index settings_failures_by_channel on settings_failures (channel, at);
