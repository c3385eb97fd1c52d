-- squawk-ignore-file constraint-missing-not-valid, adding-serial-primary-key-field, ban-drop-constraint
-- A line of people who wait may be for one door, and so may a pass. Lines are a handful.
alter table gate_invites add column door text not null default '*';
alter table gate_queues add column door text not null default '*';
-- A wider one follows.
alter table gate_queues drop constraint gate_queues_pkey;
alter table gate_queues add constraint gate_queues_pkey primary key (region, account_class, door);
