"""Imports: accounts brought in bulk by an administrator, after a dry run.

Every row is checked and reported before anything is written; each account is made by the same verb
as any other, and the gate is asked for each [requirements 1.7, door 12].
Whoever was brought in is told at their own contact, and takes the account by a password of theirs, or
declines it: then it is erased.

Owns: imports_imports, imports_rows

Announces: nothing

Listens: nothing

Invariants: a row is made once, and its person told at most once, whatever stops in between. What a
row says of a person is sealed, and deleted with its account made or refused. What was never used can
be undone within a day.
"""
