"""The commit-ordered log: how anything that happened reaches anyone. Only importer of nats.

Owns: log_shards, log_entries, log_cursors, log_gaps

Invariants: positions of a shard are dense, but for where a back-up was brought back, and appear in commit order, because the transaction that
takes one holds the shard's head until it commits; a reader that has seen position *n* has seen
everything before it, for ever.
"""
