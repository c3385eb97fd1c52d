"""Annuals: what the house tells everybody of a year, and what is recommended to it in public.

Owns: annuals_reports, annuals_advice

Announces: nothing

Listens: nothing

Invariants: the table of a report's life is total. Figures are counted by the house and written by nobody;
those from one to four are not told. Whoever asked for a report to be published does not publish it. What was
published is signed and stays to be read; a later one of the same year stands before it.
"""
