-- What lets somebody in: an operator's invitation, a turn of the waiting list, a member's word.
alter table gate_invites add column kind text not null default 'invite';
