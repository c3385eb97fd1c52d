"""Restrictions: somebody's data are kept and not used, while what they object to is looked at.

Owns: restrictions_restrictions

Announces: nothing

Listens: nothing

Invariants: the table of a restriction's life is total. It begins when its person says so, for one of the
grounds of the law; it ends by their own word, or by a decision with reasons of which they are told days
before. Meanwhile the vault opens what they show for nobody else, and searches, suggestions and detectors
leave them out; they read, talk, export and erase as before.
"""
