"""Key backups: keys of conversations that a person's devices leave with us, locked by a key of theirs.

Owns: keybackups_versions, keybackups_sessions

Announces: nothing

Listens: nothing

Invariants: what is written goes to the newest version alone; of two keys of one conversation the
better is kept, whichever came first; ``count`` and ``etag`` of a version move with its keys, in the
same transaction; a version's number is never given twice.
"""
