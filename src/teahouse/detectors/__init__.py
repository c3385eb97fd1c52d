"""Detectors: lists that point at what may break a rule. They suggest; people decide.

Words, weights, addresses, pictures and repetition are looked for behind the reply, in what everybody may
read, and in plain text only. A find is a suggestion: a case in the queue that a person looks at.

Owns: detectors_lists, detectors_versions, detectors_hits, detectors_echoes

Announces: nothing

Listens: Posted

Invariants: nothing is hidden, refused or decided here. A list is off until an operator turns it on, each
change of one is a version with who made it, and the version that counts is the newest whose time has
come. One list suggests one piece of content once. Of an encrypted room nothing is looked at.
"""
