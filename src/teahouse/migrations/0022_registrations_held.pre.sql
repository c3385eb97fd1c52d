-- What a registration waits for before its account is made, what it waited for, and why it ended.
alter table registrations_registrations
    add column held_for text[] not null default '{}',
    add column released text[] not null default '{}',
    add column turned_away text not null default '';
