"""Incidents: what went wrong, how serious it is, who must be told by when, and what was told.

Owns: incidents_incidents, incidents_clocks, incidents_steps, incidents_reports, incidents_flaws

Announces: nothing

Listens: nothing

Invariants: the tables of both procedures are total. How serious an incident is, and which clocks run, is
data of the law; a clock that has begun is answered, or released by two persons, and nothing is closed
before. A level goes down by two persons with a reason, never below what the table says of the facts. What
ran out stays late, with why. A report stays as it went out. Whom a leak concerns is counted by breaches;
here are numbers, and nobody.
"""
