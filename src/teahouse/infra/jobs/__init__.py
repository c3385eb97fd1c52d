"""Work that happens later, again, or by the clock: a queue in the caller's own transaction.

Owns: jobs_queue, jobs_schedules
Announces: nothing
Listens: nothing
Invariants: a job exists exactly when the transaction that asked for it committed; a job with a
transaction takes effect once; any other may run twice, and must not mind.
"""
