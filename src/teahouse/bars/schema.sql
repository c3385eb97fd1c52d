-- Contacts that no account may have, each a subject of the vault of its own.
create table bars_contacts (
    bar_id text primary key,
    case_id text not null,
    kind text not null check (kind in ('phone', 'email', 'subject')),
    phone bytea,
    email bytea,
    odd_version smallint, -- a blind index in one slot or both, by the parity of its key's version
    odd_digest bytea,
    even_version smallint,
    even_digest bytea,
    at timestamptz not null,
    subject bytea,
    check ((kind = 'phone') = (phone is not null)),
    check ((kind = 'email') = (email is not null)),
    check (odd_digest is not null or even_digest is not null),
    check ((odd_version is null) = (odd_digest is null)),
    check ((even_version is null) = (even_digest is null)),
    constraint bars_contacts_subject check ((kind = 'subject') = (subject is not null))
);
create unique index bars_contacts_by_odd on bars_contacts (kind, odd_version, odd_digest);
create unique index bars_contacts_by_even
on bars_contacts (kind, even_version, even_digest) where even_digest is not null;
create index bars_contacts_by_case on bars_contacts (case_id);
