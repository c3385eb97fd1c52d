"""Wellbeing of those who look at what others should not have to see.

Owns: wellbeing_preferences, wellbeing_looks

Announces: nothing

Listens: nothing

Invariants: whoever has said nothing sees pictures blurred, grey and without sound, and has a limit for
a day. Of what was looked at only the count of a day is kept, and for two days; it is told to nobody
else.
"""
