"""Pushers: telling people of what is new where they are not looking, and what they were told of.

Owns: pushers_pushers

Announces: PushersChanged

Listens: Posted, ReceiptMoved, SessionEnded, ConsentChanged

Invariants: a pusher is told each event at most once, in order, and nothing that its owner has read or
that was taken back meanwhile. It goes with its device and with its account. Where it points is
connected to only through the egress client. What a browser is told is readable to that browser only.
"""
