"""Account data: what a person's clients keep with us for each other, by type, tags and filters.

Owns: accountdata_values, accountdata_filters
Announces: AccountDataChanged
Listens: AccountDeactivated
Invariants: a value's ``pos`` is the log position at which it was last set; a filter never changes;
``room_id`` is empty for what is about no room.
"""
