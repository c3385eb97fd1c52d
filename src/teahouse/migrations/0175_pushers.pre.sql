-- Where people's devices are told what is new: through an app's push gateway, or a browser's push
-- service. due_at: there may be something to tell; leased_until: a worker is at it; woken: there
-- was more meanwhile. told_pos is the position in the log up to which it has been told.
create table pushers_pushers (
    pusher_id text primary key,
    account_id text not null references accounts_accounts (account_id),
    user_id text not null,
    device_id text not null,
    kind text not null check (kind in ('http', 'web')),
    place_digest bytea not null, -- of app and pushkey, or of the browser's address
    app bytea,
    browser bytea,
    set_at timestamptz not null,
    told_pos bigint not null,
    unread integer not null default 0, -- as last told
    due_at timestamptz,
    leased_until timestamptz,
    woken boolean not null default false,
    failures integer not null default 0,
    failing_since timestamptz,
    unique (user_id, place_digest),
    check ((kind = 'http') = (app is not null)),
    check ((kind = 'web') = (browser is not null))
);
create index pushers_pushers_by_place on pushers_pushers (place_digest);
create index pushers_pushers_by_account on pushers_pushers (account_id);
create index pushers_pushers_due on pushers_pushers (due_at) where due_at is not null;
