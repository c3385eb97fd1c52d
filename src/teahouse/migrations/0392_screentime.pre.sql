-- In which region a minor goes to school, as a guardian said: its holidays are theirs.
create table screentime_schools (
    child_id text primary key references accounts_accounts (account_id),
    guardian_id text not null references accounts_accounts (account_id),
    region text not null
);
create index screentime_schools_by_guardian on screentime_schools (guardian_id);
