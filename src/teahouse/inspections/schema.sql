-- Visits of inspectors: what each may read, from when until when, and by whose word.
create table inspections_visits (
    visit_id text primary key,
    inspector_id text not null,
    authority text not null,
    mandate text not null,
    registers text[] not null check (cardinality(registers) > 0),
    opens_at timestamptz not null,
    closes_at timestamptz not null,
    asked_by text not null,
    asked_at timestamptz not null,
    agreed_by text not null default '',
    agreed_at timestamptz,
    ended_by text not null default '',
    ended_at timestamptz,
    check (closes_at > opens_at),
    check (agreed_by <> asked_by),
    check ((agreed_by = '') = (agreed_at is null))
);
create index inspections_visits_by_inspector on inspections_visits (inspector_id, closes_at);
