"""Unsealings: a second person approves before somebody who runs the house opens what is a minor's.

Owns: unsealings_unsealings, unsealings_looks

Announces: nothing

Listens: nothing

Invariants: the table of the procedure is total. What is sealed of somebody known to be of a guarded band
of ages is opened for an operator by nothing but an unsealing of their own, for one need and a time
[Minors Regulation 36]. Whoever asks does not approve. Each look is noted before it is answered. Danger to
life alone opens at once; somebody else confirms it within the profile's time, or that it was not is
counted. The minor and their guardians see that there was a look, unless an authority's paper forbids it.
"""
