-- Lines of people who wait for their turn to register: one of each region and class, and of a door
-- whose policy keeps one. Places are numbered without holes in the order in which their contacts were
-- proved, and called in that order.
create table waitlist_lines (
    region text not null,
    account_class text not null,
    last_ordinal bigint not null default 0,
    called_through bigint not null default 0, -- nobody up to here waits any more
    waiting bigint not null default 0 check (waiting >= 0),
    tokens double precision not null default 0, -- how many may be called, as the pace brings them
    filled_at timestamptz not null,
    paused boolean not null default false,
    door text not null default '*', -- all, or the one that the line is for
    primary key (region, account_class, door)
);

create table waitlist_places (
    place_id text primary key,
    ticket_digest bytea not null unique,
    region text not null,
    account_class text not null,
    lang text not null,
    ordinal bigint, -- none until the contact is proved
    state text not null check (
        state in ('asked', 'waiting', 'called', 'used', 'lapsed', 'left', 'expired')
    ),
    receipt_id text not null,
    contact_kind text check (contact_kind in ('phone', 'email')),
    contact bytea,
    odd_version smallint, -- a blind index in one slot or both, by the parity of its key's version
    odd_digest bytea,
    even_version smallint,
    even_digest bytea,
    code_id text,
    pass_digest bytea, -- of the turn
    at timestamptz not null, -- asked, and once it is proved: joined
    called_at timestamptz,
    expires_at timestamptz, -- of the code, then of the turn
    ended_at timestamptz,
    door text not null default '*',
    check ((state in ('asked', 'waiting', 'called')) = (ended_at is null)),
    check (state = 'asked' or ordinal is not null),
    check ((contact is null) = (contact_kind is null)),
    constraint waitlist_places_odd check ((odd_version is null) = (odd_digest is null)),
    constraint waitlist_places_even check ((even_version is null) = (even_digest is null)),
    constraint waitlist_places_found
        check (ended_at is null or (odd_digest is null and even_digest is null))
);
create unique index waitlist_places_in_order
    on waitlist_places (region, account_class, door, ordinal) where ordinal is not null;
create unique index waitlist_places_by_odd
    on waitlist_places (odd_version, odd_digest, region, account_class, door)
    where state in ('waiting', 'called');
create unique index waitlist_places_by_even
    on waitlist_places (even_version, even_digest, region, account_class, door)
    where even_digest is not null and state in ('waiting', 'called');
create index waitlist_places_given_up
    on waitlist_places (region, account_class, door, ordinal) where state = 'left';
create index waitlist_places_by_expiry
    on waitlist_places (expires_at) where state in ('asked', 'called');
create index waitlist_places_by_end on waitlist_places (ended_at) where ended_at is not null;
create index waitlist_places_untold
    on waitlist_places (ended_at) where ended_at is not null and contact is not null;
create unique index waitlist_places_by_pass
    on waitlist_places (pass_digest) where pass_digest is not null;

-- How many gave up their place, a block of numbers at a time, so that a position is cheap to tell.
create table waitlist_gaps (
    region text not null,
    account_class text not null,
    block bigint not null,
    gone bigint not null,
    door text not null default '*',
    primary key (region, account_class, door, block)
);

-- How many were called in each minute: the pace as it is.
create table waitlist_calls (
    region text not null,
    account_class text not null,
    minute timestamptz not null,
    called bigint not null,
    door text not null default '*',
    primary key (region, account_class, door, minute)
);
