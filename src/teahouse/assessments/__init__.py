"""Assessments: what a risky feature does to people, written down and agreed to before it is switched on.

Owns: assessments_assessments, assessments_steps, assessments_owed, assessments_declared,
assessments_seen

Announces: nothing

Listens: nothing; settings ask it before a change

Invariants: the table of an assessment's life is total. Whoever wrote one does not approve it. What was
approved holds for what the register of purposes said then, and until its day; only the clock ends it for
either. It is kept for three years at the least. What was on before is owed an assessment, and stays on.
"""
