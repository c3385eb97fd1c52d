"""Search: finding again what was said, and finding people and rooms while a name is being typed.

Owns: search_rooms, search_messages, search_filling
Announces: nothing
Listens: Erased, Posted, TakenAgain

Invariants: a hit is an event whose text, as it is now, holds what was searched for, and which the one
who asks may read; what the index says is only where to look. A redacted event's words are gone from
the index in the transaction that redacts it. Of an encrypted room nothing is kept.
"""
