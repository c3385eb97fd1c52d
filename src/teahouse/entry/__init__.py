"""Coming in: what a client asks before anything else, the ways to sign in, and out again.

Other domains bring ways of their own, and may refuse a code that alone is not enough. Whoever was
recognised is given a session by ``accounts``.

Owns: nothing
Announces: nothing
Listens: nothing

Invariants: a name that is nobody's and a password that is wrong are told alike.
"""
