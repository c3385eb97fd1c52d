-- no-transaction
-- What a version of the pepper is held by.
create index concurrently if not exists accounts_passwords_by_pepper
    on accounts_passwords (split_part(phc, '$', 3)) where phc like '$wrapped$%';
