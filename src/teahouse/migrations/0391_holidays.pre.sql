-- When schools of a region are closed, by the school year in which it begins; as operators loaded it.
create table holidays_years (
    region text not null,
    school_year smallint not null,
    source text not null,
    set_at timestamptz not null,
    primary key (region, school_year)
);

create table holidays_spans (
    region text not null,
    school_year smallint not null,
    first_day date not null,
    last_day date not null,
    zh text not null,
    en text not null,
    primary key (region, school_year, first_day),
    foreign key (region, school_year)
    references holidays_years (region, school_year) on delete cascade,
    check (first_day <= last_day)
);
