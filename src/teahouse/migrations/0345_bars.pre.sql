-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid
-- Who somebody is at an identity provider is barred as their number is.
alter table bars_contacts
    add column subject bytea,
    drop constraint bars_contacts_kind_check,
    add constraint bars_contacts_kind_check check (kind in ('phone', 'email', 'subject')),
    add constraint bars_contacts_subject check ((kind = 'subject') = (subject is not null));
