-- Whom a minor asks to write with; who is agreed to by a guardian is no stranger.
create table minors_contacts (
    child_id text not null references accounts_accounts (account_id),
    contact_id text not null references accounts_accounts (account_id),
    asked_at timestamptz not null,
    guardian_id text references accounts_accounts (account_id),
    agreed_at timestamptz,
    primary key (child_id, contact_id),
    check (child_id <> contact_id),
    check ((guardian_id is null) = (agreed_at is null))
);
create index minors_contacts_by_contact on minors_contacts (contact_id);
create index minors_contacts_by_guardian on minors_contacts (guardian_id);
