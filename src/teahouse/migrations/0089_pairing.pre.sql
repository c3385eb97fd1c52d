-- Which session let a new device in: what a device approved that was signed out counts no more.
alter table pairing_pairings add column approved_by text;
