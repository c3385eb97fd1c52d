-- How a person's push rules differ from the predefined ones. place orders a person's own rules
-- within their kind, the most important first, and is null for a predefined rule, whose actions
-- are null while they are as predefined.
create table push_rules (
    user_id text not null,
    kind text not null check (kind in ('override', 'content', 'room', 'sender', 'underride')),
    rule_id text not null,
    place integer,
    enabled boolean not null,
    actions bytea,
    conditions bytea,
    pattern text,
    primary key (user_id, kind, rule_id)
);
