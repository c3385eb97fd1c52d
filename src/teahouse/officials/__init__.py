"""Official accounts: who is behind an account that speaks in public. Publishing comes later.

What was reviewed at registration changes by a review, too: the account proposes, an operator sees both
side by side and decides with a reason.

Owns: officials_accounts, officials_changes, officials_rounds

Announces: nothing

Listens: nothing

Invariants: every official account has its particulars, written in the transaction that made it;
they are sealed, shown to the account itself and to reviewers, and stay in force until a change was
approved. An account has one undecided change at most.
"""
