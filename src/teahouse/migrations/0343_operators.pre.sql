-- Inspectors: an authority's people, who read registers in visits and nothing else.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid
alter table operators_operators
    drop constraint operators_operators_role_check,
    add constraint operators_operators_role_check
        check (role in ('owner', 'registrar', 'moderator', 'auditor', 'inspector'));
alter table operators_setup
    drop constraint operators_setup_role_check,
    add constraint operators_setup_role_check
        check (role in ('owner', 'registrar', 'moderator', 'auditor', 'inspector'));
