"""Ratings: from which age on what is published for everybody to find is meant to be seen.

Who publishes something labels it: a room's administrators by a piece of state, an official account by
itself. Operators may say more, with a reason, and so may a case. Whatever lists, finds or opens what
is published asks here, and so does every product that comes.

Owns: ratings_words, ratings_ceilings

Announces: nothing

Listens: nothing

Invariants: of several words the strictest counts, so nobody takes away what an operator said. A
guardian's ceiling only lowers what the profile of the house allows. Who is in a room already is told,
and not thrown out.
"""
