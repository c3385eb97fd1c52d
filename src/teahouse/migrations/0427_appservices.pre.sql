-- Which entry of the register of processors a service belongs to; empty: the one that its host is in.
alter table appservices_services add column processor_id text not null default '';
