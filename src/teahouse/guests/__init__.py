"""Guests: what everybody may read without an account; and Matrix's accounts for guests.

Without an account nothing is asked and nothing kept. A guest's account is made at a door of its own,
shut unless the operator opens it, and is an account in all but what it may do ("Guest Access").

Owns: guests_accounts

Announces: nothing

Listens: ConsentChanged

Invariants: who has no account reads rooms that are world-readable and listed, from where they became
so; and sees the name of nobody who has not agreed to it. A guest asks for nothing but what Matrix's
list for guests names, and is in no room that does not admit guests. Of a guest nothing personal is
kept, because nobody was asked; and what nobody uses is erased.
"""
