"""Notices: what people are told about registration, signed, chained, published where we are not.

Owns: notices_keys, notices_head, notices_entries, notices_hooks, notices_site

Announces: NoticePublished

Listens: its own announcements, so that every worker knows the newest entry and key.

Invariants: an entry of the history is written in the transaction of the change it tells of, and
never changed. Each holds the hash of the one before and is signed; a key that ceases to sign names
the one that follows. What is told by page, file, feed and webhook is one and the same.
"""
