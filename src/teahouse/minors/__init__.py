"""Minors: how old people are as far as anybody said, and what that lets them do.

Who is asked says what the person may do at their age, by the rules of the house's profile; a
guardian says yes or no for a child of theirs.

Owns: minors_ages, minors_appeals, minors_links, minors_words, minors_contacts, minors_limits,
minors_spending, minors_reservations

Announces: MinorChanged

Listens: its own announcement, so that every worker remembers what holds now.

Invariants: no date of birth is kept, but a band of ages and the day on which the next begins, sealed.
Whose age nobody told has an unknown one, and never becomes anything else by waiting. Of several that
were told the youngest counts, until an operator decides. Of a grown-up no day is kept at all. What a
minor spends in a month never passes their cap, however many payments come at once.
"""
