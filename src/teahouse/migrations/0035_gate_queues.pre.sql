-- Where people wait for their turn; whoever comes later is sent to the list. Turns that are over
-- are deleted. A waiting list may have a pace of its own.
create table gate_queues (
    region text not null,
    account_class text not null,
    since timestamptz not null,
    primary key (region, account_class)
);
-- There are no turns yet.
-- squawk-ignore require-concurrent-index-creation
create index gate_invites_turns_by_expiry on gate_invites (expires_at) where kind = 'turn';
-- A wider one follows.
-- squawk-ignore ban-drop-constraint
alter table gate_policies drop constraint gate_policies_check1;
-- Policies are some hundreds at most: looking at each takes no time.
-- squawk-ignore constraint-missing-not-valid
alter table gate_policies add constraint gate_policies_pace check (
    case state
        when 'paced' then pace_per_minute is not null
        when 'waitlist' then true
        else pace_per_minute is null
    end
);
