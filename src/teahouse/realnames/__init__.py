"""Real names behind the stage: a provider confirms them, and nobody here keeps or sees them [L-C24].

A proved number is one level, an identity that a provider confirmed is the next. The name and the
number of a document go to the provider that the operator named, and what is kept is its reference.

Owns: realnames_proofs, realnames_tries, realnames_pending

Announces: nothing

Listens: ConsentChanged, because who withdraws takes the proof with it

Invariants: a name or a document's number is never written. What people show is free.
"""
