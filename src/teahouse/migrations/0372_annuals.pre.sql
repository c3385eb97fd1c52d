-- Yearly reports. content: what people wrote, by section; figures: what was counted when it was asked for.
create table annuals_reports (
    report_id text primary key,
    kind text not null check (kind in ('social', 'minors')),
    year integer not null check (year between 2000 and 9999),
    content jsonb not null,
    figures jsonb not null,
    state text not null check (
        state in ('draft', 'asked', 'published', 'replaced', 'withdrawn')
    ),
    drafted_by text not null,
    counted_at timestamptz not null,
    asked_by text not null default '',
    published_by text not null default '',
    published_at timestamptz,
    document text, -- as it was signed
    moved_at timestamptz not null,
    check (published_by = '' or published_by <> asked_by),
    check ((document is null) = (published_at is null))
);
create index annuals_reports_by_state on annuals_reports (state, year);

-- What an independent board recommends, and what the house answers: both are public.
create table annuals_advice (
    advice_id text primary key,
    text_zh text not null,
    text_en text not null,
    given_by text not null, -- an operator's id; not told in public
    given_at timestamptz not null,
    answer_zh text not null default '',
    answer_en text not null default '',
    answered_by text not null default '',
    answered_at timestamptz,
    check ((answered_by = '') = (answered_at is null))
);
create index annuals_advice_by_time on annuals_advice (given_at);
