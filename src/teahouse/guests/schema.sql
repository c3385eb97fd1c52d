-- The accounts of guests: until one registers, or is erased because nobody used it.
create table guests_accounts (
    account_id text primary key,
    user_id text not null unique,
    used_at timestamptz not null -- or later: how much later is looked up when this is long ago
);
create index guests_accounts_by_use on guests_accounts (used_at);
