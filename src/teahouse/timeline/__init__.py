"""The timeline: what is said and done in rooms, in order, once, and who may read it.

Owns: timeline_events, timeline_transactions, timeline_withheld
Announces: Erased, Posted, Removed, TakenAgain
Listens: nothing

Invariants: an event is stored with its position in the log before anyone is told it was sent; one
transaction id of one device makes one event; a redacted event's text is gone from every table;
what is withheld from readers is given back byte for byte, or not at all; a piece of state is never
removed, nor the newest event of a room.
"""
