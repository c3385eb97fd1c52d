"""Passwords: how they are made into digests, and known again, whichever system made the digest.

Digests come in three forms: plain argon2id of today's settings; **legacy**, as another system, or
weaker settings, made it; and **wrapped**, argon2id over what a legacy digest came to, under the
pepper. Whose a digest is, is known to the domains that keep them.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: work on passwords is done by a bounded number of threads of its own. What is wrapped can
be tried by nobody who has not the pepper. A digest that is not plain is to be replaced by a plain one
as soon as its password is shown.
"""
