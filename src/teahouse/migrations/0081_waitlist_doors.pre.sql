-- squawk-ignore-file constraint-missing-not-valid, adding-serial-primary-key-field, ban-drop-constraint
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
-- A line may be for one door. Everybody who waits today waits for all doors.
alter table waitlist_lines add column door text not null default '*';
alter table waitlist_gaps add column door text not null default '*';
alter table waitlist_calls add column door text not null default '*';
alter table waitlist_places add column door text not null default '*';
-- Wider ones follow; these tables have a row for each line, block of numbers, or minute.
alter table waitlist_lines drop constraint waitlist_lines_pkey;
alter table waitlist_lines add constraint waitlist_lines_pkey
    primary key (region, account_class, door);
alter table waitlist_gaps drop constraint waitlist_gaps_pkey;
alter table waitlist_gaps add constraint waitlist_gaps_pkey
    primary key (region, account_class, door, block);
alter table waitlist_calls drop constraint waitlist_calls_pkey;
alter table waitlist_calls add constraint waitlist_calls_pkey
    primary key (region, account_class, door, minute);
-- The old code has stopped: nobody reads by these while they are made anew, in seconds.
drop index waitlist_places_in_order;
create unique index waitlist_places_in_order
    on waitlist_places (region, account_class, door, ordinal) where ordinal is not null;
drop index waitlist_places_by_contact;
create unique index waitlist_places_by_contact
    on waitlist_places (index_version, index_digest, region, account_class, door)
    where state in ('waiting', 'called');
drop index waitlist_places_given_up;
create index waitlist_places_given_up
    on waitlist_places (region, account_class, door, ordinal) where state = 'left';
