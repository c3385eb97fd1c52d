"""Works: pieces of work that registration may wait for, each with its progress and verified end.

Owns: works_works

Announces: WorkEnded

Listens: nothing

Invariants: a work is verified by what did it, never by hand, with the digest of its report. It ends
once. One that shows no sign of life is stalled, which opens nothing.
"""
