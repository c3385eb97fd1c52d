"""Appearances: a child may be on camera, and people look, with the author told from the beginning.

Owns: appearances_appearances, appearances_scores

Announces: nothing

Listens: Posted, where a scorer is named

Invariants: the table of the review is total. Nothing happens to content or its author but by a person:
neither a report, a machine nor the clock hides, orders or sanctions anything here. The author is told that it is
looked at before anything is decided, and of the outcome. What a guardian consented to is hidden when
they withdraw it, and is looked at again.
"""
