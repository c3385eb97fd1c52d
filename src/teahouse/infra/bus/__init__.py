"""The commit-ordered log: how anything that happened reaches anyone. Only importer of nats.

Owns: log_shards, log_entries, log_cursors, log_gaps, log_trimmed

Invariants: positions of a shard are dense, but for where a back-up was brought back, and appear in commit order, because the transaction that
takes one holds the shard's head until it commits; a reader that has seen position *n* has seen
everything before it, for ever. Of several shards positions are distinct and in one order, which is that of
the commits wherever one began after another had ended: ``merging`` says when a reader has seen all.
"""
