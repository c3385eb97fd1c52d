-- Where an app can be had. was: what a removed one becomes when nothing holds it any more.
create table listings_listings (
    listing_id text primary key,
    app text not null,
    name text not null,
    version text not null,
    channel text not null check (channel in ('store', 'download', 'pwa')),
    store text not null, -- whose store; '' for the others
    url text not null,
    state text not null check (state in ('pending', 'listed', 'removed')),
    was text not null check (was in ('pending', 'listed')),
    taken_by text not null,
    since timestamptz not null,
    unique (app, channel, store),
    check (state = 'removed' or state = was)
);

-- What keeps one removed: an order, a finding, or the store itself; with what people are told.
create table listings_holds (
    hold_id text primary key,
    listing_id text not null references listings_listings (listing_id),
    kind text not null check (kind in ('order', 'finding', 'store')),
    by_id text not null, -- of the order or the finding; '' for a store
    reason jsonb not null,
    legal_basis jsonb not null,
    held_by text not null,
    since timestamptz not null,
    unique (listing_id, kind, by_id)
);
create index listings_holds_by on listings_holds (kind, by_id);

-- What was done.
create table listings_steps (
    step_id text primary key,
    listing_id text not null references listings_listings (listing_id),
    act text not null,
    state text not null, -- that it led to
    actor text not null, -- an operator's id, or 'system'
    words text not null,
    at timestamptz not null
);
create index listings_steps_by_listing on listings_steps (listing_id, step_id);
