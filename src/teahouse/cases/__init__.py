"""Cases: from a report to a decision, a sanction and an appeal, by one table for every kind of content.

Owns: cases_cases, cases_reports, cases_steps, cases_appeals, cases_reviewers, cases_sign_offs

Announces: nothing

Listens: nothing

Invariants: the table of the procedure is total, and nothing happens to anybody outside of it. An order
to delete stands on a verification; a permanent ban on upheld violations, an order that was not met,
and two operators. A decision has its rule, its facts, who decides, how to appeal and what to bring.
Whoever looks at a case is not in it, and an appeal is decided by somebody who decided nothing before.
What is hidden comes back byte for byte.
"""
