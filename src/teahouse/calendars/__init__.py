"""Calendars: days off, weekend days that are worked, and school holidays, as files.

Owns: nothing
Announces: nothing
Listens: nothing
Invariants: a year that a file does not know has weekends alone.
"""
