-- Other secrets by which the owner of a registration may go on with it: a link that was sent to
-- them, good once, and the name that the device has which followed it.
create table registrations_keys (
    key_digest bytea primary key,
    digest bytea not null references registrations_registrations (digest) on delete cascade,
    is_link boolean not null
);
create index registrations_keys_by_registration on registrations_keys (digest);
