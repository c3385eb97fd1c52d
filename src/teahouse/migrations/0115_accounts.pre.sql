-- no-transaction
-- For whom nobody knows: the digest that is tried in place of theirs.
create index concurrently if not exists accounts_passwords_by_lot
    on accounts_passwords (hashtextextended(account_id, 0));
