-- Rooms and people that nobody finds in lists and searches, for as long as any reason stands.
create table directory_hidden (
    target text not null, -- a room's id, or a person's
    why text not null,
    since timestamptz not null,
    primary key (target, why)
);
