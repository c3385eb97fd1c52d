-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, require-concurrent-index-creation
-- People brought in are told of it, once, and may decline. Who was brought in before is not told.
alter table imports_rows
add column told text not null default 'none'
check (told in ('none', 'due', 'sending', 'told', 'failed')),
add column told_at timestamptz,
add column arrived_at timestamptz,
drop constraint imports_rows_state_check,
add constraint imports_rows_state_check check (
    state in ('ready', 'made', 'refused', 'undone', 'declined')
),
drop constraint imports_rows_check1,
add constraint imports_rows_check1 check (
    (state in ('made', 'undone', 'declined')) = (account_id is not null)
);
create index imports_rows_due on imports_rows (import_id, number) where told = 'due';
