-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid
-- squawk-ignore-file require-concurrent-index-deletion, require-concurrent-index-creation
-- What operators do at once is a state of its own, until another has looked.
alter table cases_cases add column halted_at timestamptz;
alter table cases_cases drop constraint cases_cases_state_check;
alter table cases_cases add constraint cases_cases_state_check check (
    state in (
        'reported', 'verified', 'ordered', 'contested', 'halted', 'complied', 'unmet', 'restricted',
        'suspended', 'banned', 'dismissed', 'overturned'
    )
) not valid;
alter table cases_cases validate constraint cases_cases_state_check;
alter table cases_cases drop constraint cases_cases_check;
alter table cases_cases add constraint cases_cases_check check (
    (state in ('ordered', 'halted')) = (due_at is not null)
) not valid;
alter table cases_cases validate constraint cases_cases_check;
drop index cases_undecided_once;
create unique index cases_undecided_once on cases_cases (kind, target)
where state in ('reported', 'verified', 'ordered', 'contested', 'halted');
