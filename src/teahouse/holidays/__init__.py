"""Holidays: when schools of a region are closed, as data that operators load.

Owns: holidays_years, holidays_spans

Announces: HolidaysChanged

Listens: its own announcement, so that every worker remembers what holds now.

Invariants: nothing is shipped that nobody said; each school year of a region says where it is from. A
year is replaced as a whole, or not at all. Days of one year do not overlap.
"""
