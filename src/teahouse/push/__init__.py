"""Push rules: which events are worth a person's notice, and the evaluator that decides it.

Owns: push_rules
Announces: nothing
Listens: AccountDataChanged, AccountDeactivated
Invariants: what is stored is only what differs from the predefined rules; whenever it changes, the
``m.push_rules`` account data is written in the same transaction, so clients hear of it by sync.
"""
