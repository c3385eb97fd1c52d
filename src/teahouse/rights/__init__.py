"""Rights: export, erasure and requests about personal data, each with its clock.

Whatever the register of personal fields has, an export holds and an erasure is looked for in: what
is kept of a person is read through each domain's own verbs, here named one by one.

Owns: rights_exports, rights_requests, rights_erasures

Announces: nothing

Listens: AccountDeactivated

Invariants: an export holds every field of the register; only its owner reads it, sealed until then,
and it is gone after a week; a request is answered with reasons, by a day that was told beforehand.
"""
