"""Screening: limits, proof of work and velocity rules that keep bulk registration out and people in.

The gate says whether a scope is open; screening tells one knock from a thousand made by a machine.
Cheap things come first, and everything holds on any number of workers. Bulk is told by likeness:
how many recent sign-ups resemble this one in what is rare among sign-ups of other places.

Owns: screening_buckets, screening_rules, screening_domains, screening_networks, screening_keys,
screening_spent, screening_sightings, screening_clusters, screening_tally

Announces: RulesChanged, Screened

Listens: its own announcements, so that every worker knows the rules of the moment.

Invariants: no address is kept, only a digest of its prefix under a key that is thrown away after
two days; nothing is sent to a third party; a rule can be off, watch only, or on; what a rule does
by itself has an end and is told in the gate's own notices.
"""
