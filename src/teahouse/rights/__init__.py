"""Rights: export, erasure and requests about personal data, each with its clock.

Owns: nothing

Announces: nothing

Listens: nothing

Invariants: an export holds every field of the register.
"""
