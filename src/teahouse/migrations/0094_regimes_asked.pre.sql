-- no-transaction
-- How many were asked in a day, so that no more are than was said.
create index concurrently if not exists regimes_accounts_asked
    on regimes_accounts (region, account_class, asked_at) where asked_at is not null;
