"""The demo: a small town to look at in the first minute, removable at once.

Its people come by the door of test accounts, through the gate like everybody; what they say goes
through the verbs by which everybody speaks, only dated back. Everything it makes is written down.

Owns: demo_towns, demo_made

Announces: nothing

Listens: nothing

Invariants: there is one town at most. What it made it can unmake, and nothing else; a town that was
left half built can be unmade, too. Nobody can sign in as its people before keys were asked for.
"""
