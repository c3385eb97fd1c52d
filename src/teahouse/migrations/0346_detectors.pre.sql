-- How far a picture is from the one on the list: what was found before does not know.
alter table detectors_hits add column distance smallint;
