-- What hiding has taken away, so that exactly that is given back; and which class of account it was.
alter table cases_cases
add column account_class text not null default '',
add column taken text not null default '';
update cases_cases set account_class = accounts_accounts.account_class from accounts_accounts
where accounts_accounts.account_id = cases_cases.account_id;
update cases_cases set taken = case kind
    when 'profile' then 'display_name avatar_url'
    when 'room' then 'place'
    when 'media' then 'file'
    else 'body'
end where hidden and deleted_at is null;
-- squawk-ignore require-concurrent-index-creation
create index cases_hidden on cases_cases (kind, target) where hidden or taken <> '';
