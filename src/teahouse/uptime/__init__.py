"""Uptime: what people asked for, and in which seconds they did not get it.

Owns: uptime_seconds, uptime_minutes

Announces: nothing

Listens: nothing

Invariants: counts of answers only, nothing about anybody. Down is a second in which something was
asked for, failed because of us, and nobody got it from any worker.
"""
