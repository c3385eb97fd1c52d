"""Rulings: what was decided about what people wrote, as everybody may see it, and figures of a period.

Owns: rulings_rulings, rulings_counts

Announces: nothing

Listens: nothing

Invariants: a ruling says nothing of whom it is about, nor who decided it. It is published from the next
day on; where few were made in a month, only the year is told, and not what it was about. Counts are of
days, and outlive the cases that they count.
"""
