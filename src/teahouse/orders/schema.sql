-- Orders of authorities. What one says is never changed; its evidence is sealed under its own key.
create table orders_orders (
    order_id text primary key,
    authority text not null,
    number text not null,
    content jsonb not null, -- what it says, without its evidence
    state text not null check (
        state in (
            'received', 'checked', 'seen', 'acknowledged', 'in_force', 'contested', 'declined',
            'lifted', 'complied', 'expired'
        )
    ),
    effective_at timestamptz not null,
    ends_at timestamptz check (ends_at > effective_at),
    evidence bytea, -- null: destroyed, long after the order was over
    evidence_name text not null,
    evidence_sha256 text not null,
    imported_by text not null,
    imported_at timestamptz not null,
    checked_at timestamptz,
    reach jsonb, -- whom it touched when somebody looked
    first_by text,
    second_by text check (second_by <> first_by),
    in_force_at timestamptz,
    ended_at timestamptz,
    unique (authority, number),
    check ((checked_at is null) = (reach is null)),
    check (second_by is null or first_by is not null)
);
create index orders_orders_binding on orders_orders (effective_at)
    where state in ('acknowledged', 'in_force', 'contested');

-- What was done with an order, by whom and why.
create table orders_steps (
    order_id text not null references orders_orders (order_id),
    nth integer not null,
    act text not null,
    state text not null,
    actor text not null,
    reason text not null,
    answer text not null default '', -- why nothing narrower will do
    at timestamptz not null,
    primary key (order_id, nth)
);

-- The policies of the gate that an order had set.
create table orders_policies (
    order_id text not null references orders_orders (order_id),
    policy_id text not null unique,
    primary key (order_id, policy_id)
);

-- Since when each worker carries an order out.
create table orders_workers (
    order_id text not null references orders_orders (order_id),
    worker_id text not null,
    host text not null,
    pid integer not null,
    at timestamptz not null,
    primary key (order_id, worker_id)
);
