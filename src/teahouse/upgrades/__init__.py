"""The security upgrade: everything that keys protect is made anew, while people sign up as always.

Owns: upgrades_runs, upgrades_steps, upgrades_ranges, upgrades_findings,
upgrades_agreements, upgrades_samples, upgrades_hands, upgrades_digests

Announces: nothing

Listens: nothing

Invariants: a run is where its row says, and every deed of it can be done twice, by two, or be lost
half-way: the truth is in the keys' states and in the rows. Nothing in it touches the gate. No row that
it makes anew is announced, dated or audited; what people decide about it is. A key goes only when
nothing is under it, a soft period has passed, and two persons have agreed.
"""
