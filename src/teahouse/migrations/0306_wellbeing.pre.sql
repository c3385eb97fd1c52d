-- How operators want to see what is disturbing, once they have said so.
create table wellbeing_preferences (
    operator_id text primary key,
    blur boolean not null,
    greyscale boolean not null,
    mute boolean not null,
    daily_limit integer, -- none: without end
    categories text[] not null -- which the queue offers; empty: all
);

-- What disturbing things an operator has looked at on a day, each once.
create table wellbeing_looks (
    operator_id text not null,
    on_day date not null,
    thing text not null,
    primary key (operator_id, on_day, thing)
);
create index wellbeing_looks_by_day on wellbeing_looks (on_day);
