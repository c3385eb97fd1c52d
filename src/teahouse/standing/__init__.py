"""Standing: what an account may do at its stage, and what it takes to go further.

Owns: standing_accounts, standing_uses, standing_rules, standing_silences

Announces: StageChanged, SilenceChanged, RulesChanged

Listens: its own announcements, so that every worker remembers the stage and the rules of the moment.

Invariants: an account without a row is a member, and nothing is counted for members unless operators
set a limit for them. What is refused says what, how much a day, and how to get further. A stage is
changed with a reason: an operator's words, or the rule that did it.
"""
